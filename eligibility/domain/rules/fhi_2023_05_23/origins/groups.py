"""Where the rules on who is offered the vaccine, and on exposure, come from."""

from eligibility.domain.rules.fhi_2023_05_23.origins.headings import (
    ARTICLE,
    EFFECT_PEPV,
    PEPV,
    PEPV_OFFER,
    PPV_OFFER,
    PREGNANT,
    TABLE,
    WORKERS,
)
from eligibility.domain.rules.origin import Chapter, Origin

OFFER_AND_EXPOSURE: tuple[Origin, ...] = (
    Origin(
        "R1",
        Chapter.OFFER,
        TABLE,
        "Menn eller transpersoner som har sex med menn, OG som er hivpositive ELLER står på"
        " hiv-PrEP",
    ),
    Origin("R2", Chapter.OFFER, TABLE, "Menn eller transpersoner som selger sex til menn"),
    Origin(
        "R3",
        Chapter.OFFER,
        TABLE,
        "Menn eller transpersoner som har sex med menn, OG som har risikoatferd (hyppig "
        "partnerbytte, tilfeldig sex, gruppesex og chemsex), OG som har hatt syfilis, "
        "gonoré eller klamydia siste 24 måneder",
    ),
    Origin(
        "R4",
        Chapter.OFFER,
        TABLE,
        "Menn som har sex med menn og transpersoner, med risikoatferd (hyppig partnerbytte,"
        " tilfeldig sex, gruppesex og chemsex)",
    ),
    Origin(
        "R6",
        Chapter.OFFER,
        TABLE,
        "Helsepersonell som er særlig utsatt for smitte gjennom sitt arbeid, som for "
        "eksempel personell på teststasjoner eller som jobber direkte med pasienter med "
        "mpox innlagt på sykehus",
    ),
    Origin(
        "R7",
        Chapter.OFFER,
        TABLE,
        "Laboratoriepersonell som arbeider med levende apekoppevirus (nøytralisasjonstest, "
        "cellekultur etc)",
    ),
    Origin(
        "R8",
        Chapter.OFFER,
        ARTICLE,
        "Vaksinen tilbys derfor kun til personer med risiko for smitte og til nærkontakter "
        "av personer som har fått påvist mpox.",
    ),
    Origin(
        "R9",
        Chapter.OFFER,
        PPV_OFFER,
        "Oppfyller du kriteriene for å få vaksine i prioriteringsgruppe 1 bør du kontakte "
        "legen i spesialisthelsetjenesten der du normalt følges opp. [...] Oppfyller du "
        "kriteriene for å få vaksine i prioriteringsgruppe 2 eller 3 bør du undersøke "
        "hvordan registrering og tilbud for vaksinasjon er organisert i din kommune.",
    ),
    Origin(
        "R10",
        Chapter.EXPOSURE,
        PEPV,
        "PEPV blir tilbudt etter en vurdering av lege basert på risiko for smitte, avhengig"
        " av typen kontakt, tid som har gått siden tett kontakt med den smittede samt om "
        "man har risiko for alvorlig sykdom.",
    ),
    Origin(
        "R11",
        Chapter.EXPOSURE,
        PEPV,
        "Personer som har høy sannsynlighet for smitte (f.eks. seksualkontakter og "
        "husstandsmedlemmer) kan vaksineres innen de første fire dagene etter mulig smitte "
        "for å redusere risiko for sykdomsutvikling.",
    ),
    Origin(
        "R12",
        Chapter.EXPOSURE,
        PEPV,
        "Personer som har vært utsatt for smitte og som har høy risiko for å utvikle "
        "alvorlig sykdom (små barn, gravide og personer med immunsvikt), kan få tilbud om "
        "vaksine til og med dag 14 etter å ha vært utsatt for smitte, for å redusere risiko"
        " for alvorlig sykdom etter individuell vurdering av lege.",
    ),
    Origin(
        "R13",
        Chapter.EXPOSURE,
        EFFECT_PEPV,
        "Det er antatt at vaksinen kan hindre sykdom dersom den gis 0-4 dager etter "
        "nærkontakt med en smittet. Dersom den gis 5-14 dager etter nærkontakt, kan den "
        "trolig hindre utvikling av alvorlig sykdom.",
    ),
    Origin(
        "R14",
        Chapter.EXPOSURE,
        PEPV_OFFER,
        "Ved smittesporing informerer ikke legen om identiteten til personen som har fått "
        "påvist smitte.",
    ),
    Origin(
        "R15",
        Chapter.EXPOSURE,
        WORKERS,
        "Helsepersonell som er nærkontakter, kan som andre tilbys vaksine etter individuell"
        " vurdering.",
    ),
    Origin(
        "R28",
        Chapter.EXPOSURE,
        PREGNANT,
        "Gravide som har vært utsatt for smitte kan vaksineres etter en nøye vurdering av "
        "nytte og risiko.",
    ),
)
