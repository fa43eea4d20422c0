"""Where the rules on the visit and on what to tell come from."""

from eligibility.domain.rules.fhi_2023_05_23.origins.headings import (
    ABROAD,
    EFFECT_PPV,
    PEPV_OFFER,
    PPV_OFFER,
    PREGNANT,
    SIDE_EFFECTS,
    VACCINE,
    WHAT_IF,
)
from eligibility.domain.rules.origin import Chapter, Origin

VISIT_AND_AFTERWARDS: tuple[Origin, ...] = (
    Origin(
        "R37",
        Chapter.VISIT,
        PPV_OFFER,
        "Når du møter opp til vaksinasjon, må du ha med gyldig ID.",
    ),
    Origin(
        "R38",
        Chapter.VISIT,
        PEPV_OFFER,
        "Vaksinasjonen vil dokumenteres i journal og registreres i det nasjonale "
        "vaksinasjonsregisteret, SYSVAK, og vil være tilgjengelig når du logger deg inn på "
        "Helsenorge.no.",
    ),
    Origin(
        "R39",
        Chapter.VISIT,
        PPV_OFFER,
        "Vaksinatørene må vaksinere flere personer samme dag fordi ett hetteglass med "
        "vaksine er nok til 3-5 personer og vaksinen har kort holdbarhet. Det er derfor "
        "viktig at du møter til timen du får.",
    ),
    Origin(
        "R40",
        Chapter.VISIT,
        ABROAD,
        "Har du tatt vaksine mot mpox i utlandet bør du få vaksinasjonen etter-registrert i"
        " det norske vaksineregisteret SYSVAK. Fastleger, kommunehelsetjeneste og privat "
        "helsetjeneste kan hjelpe deg med det. Folkehelseinstituttet kan ikke "
        "etter-registrere vaksiner.",
    ),
    Origin(
        "R41",
        Chapter.VISIT,
        ABROAD,
        "Dersom du har fått PEPV i utlandet, kan du få tilbud om dose to i Norge hvis du er"
        " utsatt for vedvarende smitterisiko og kan dokumentere vaksinasjonen fra utlandet."
        " Kontakt lege i Norge for vurdering av videre vaksinasjon.",
    ),
    Origin(
        "R42",
        Chapter.AFTERWARDS,
        WHAT_IF,
        "Hvis du opplever uventede, kraftige eller langvarige plager vaksinasjon, bør du "
        "kontakte lege eller annet helsepersonell for vurdering og råd. [...] "
        "Helsepersonell oppfordres til å melde enhver mistenkt bivirkning til melde.no. "
        "Alternativt kan du som er vaksinert selv melde mistenkt bivirkning via "
        "helsenorge.no.",
    ),
    Origin(
        "R43",
        Chapter.AFTERWARDS,
        WHAT_IF,
        "Hvis mpox blir påvist hos personer som har fått én eller to vaksinedoser, er det "
        "ønskelig at det meldes som vaksinesvikt til melde.no.",
    ),
    Origin(
        "R44",
        Chapter.AFTERWARDS,
        EFFECT_PPV,
        "Vi antar at vaksinen beskytter godt mot alvorlig sykdom én til to uker etter at "
        "den andre dosen er satt. [...] Behovet og eventuelt tidspunkt for en "
        "oppfriskningsdose er ikke avklart.",
    ),
    Origin(
        "R45",
        Chapter.AFTERWARDS,
        SIDE_EFFECTS,
        "arrdannelse og varige pigmentforandringer i huden kan forekomme. [...] Antakelig "
        "vil vaksinen gi hyppigere, kraftigere og langvarige lokale bivirkninger når den "
        "gis intradermalt, særlig etter andre dose.",
    ),
    Origin(
        "R46",
        Chapter.AFTERWARDS,
        WHAT_IF,
        "Dersom det oppstår symptomer på mpox etter vaksinasjon, bør du unngå nær kontakt "
        "med andre og kontakte lege for vurdering. Vær særlig oppmerksom på dette hvis du "
        "har mottatt vaksine etter å ha vært utsatt for smitterisiko (PEPV).",
    ),
    Origin(
        "R47",
        Chapter.AFTERWARDS,
        SIDE_EFFECTS,
        "Smerte, rødhet, ømhet, hevelse, kløe på og rundt innstikkstedet (svært vanlig, "
        "forventet hos >1/10) [...] De fleste bivirkningene går over av seg selv uten "
        "behandling og innen en uke etter vaksinasjon",
    ),
    Origin(
        "R48",
        Chapter.AFTERWARDS,
        EFFECT_PPV,
        "Varighet og grad av beskyttelse etter én dose er foreløpig ukjent. [...] "
        "Beskyttelsen vil være bedre og vare lenger etter andre dose. Antistoffene, som er "
        "en målbar indikator på beskyttelse, når toppen cirka to uker etter andre dose. "
        "[...] Effekten av vaksinen avtar sannsynligvis over tid.",
    ),
    Origin(
        "R49",
        Chapter.AFTERWARDS,
        PREGNANT,
        "Gravide har økt risiko for alvorlig forløp av mpox, og sykdommen kan smitte over "
        "til fosteret. Risikoen er trolig høyere mot slutten av svangerskapet.",
    ),
    Origin(
        "R50",
        Chapter.AFTERWARDS,
        VACCINE,
        "Vaksinen er en tredjegenerasjons koppevaksine og består av levende virus som er "
        "svekket i så stor grad at det ikke lenger har evnen til å formere seg i kroppens "
        "celler. [...] Det er imidlertid lite erfaring med bruk av vaksinen.",
    ),
)
