"""Where the rules on doses and stops come from."""

from eligibility.domain.rules.fhi_2023_05_23.origins.headings import (
    CHILDREN,
    HOW_PEPV,
    HOW_PPV,
    NOT,
    PREGNANT,
    SIDE_EFFECTS,
    WORKERS,
)
from eligibility.domain.rules.origin import Chapter, Origin

DOSES_AND_STOPS: tuple[Origin, ...] = (
    Origin("R16", Chapter.DOSES, HOW_PPV, "To doser intradermalt med 28 dagers mellomrom."),
    Origin(
        "R17",
        Chapter.DOSES,
        HOW_PPV,
        "Vaksinen vil ha effekt også om andre dose gis senere enn 28 dager.",
    ),
    Origin(
        "R18",
        Chapter.DOSES,
        HOW_PPV,
        "Personer som tidligere er vaksinert med koppevaksine (født før 1976 og som har "
        "muntlig/skriftlig dokumentasjon på vaksinasjon eller arr etter vaksinasjon): [...]"
        " Én dose intradermalt.",
    ),
    Origin("R19", Chapter.DOSES, HOW_PPV, "Personer med immunsvikt bør få to doser."),
    Origin(
        "R20",
        Chapter.DOSES,
        HOW_PPV,
        "Personer som får påvist mpox etter første dose, skal ikke ha andre dose.",
    ),
    Origin(
        "R21",
        Chapter.DOSES,
        HOW_PEPV,
        "Ved posteksponeringsvaksinasjon benyttes full dose vaksine (0,5 ml) [...] "
        "Vaksinedosen settes i underhuden (subkutant).",
    ),
    Origin(
        "R22",
        Chapter.DOSES,
        HOW_PEPV,
        "Personer som har vedvarende risiko for smitte og som fortsatt er symptomfrie etter"
        " 28 dager, får tilbud om en andre dose.",
    ),
    Origin(
        "R23",
        Chapter.DOSES,
        HOW_PEPV,
        "Personer som tidligere er koppevaksinert trenger ikke andre dose, med mindre de "
        "har immunsvikt.",
    ),
    Origin(
        "R24",
        Chapter.DOSES,
        HOW_PPV,
        "Vaksinen settes i det ytterste hudlaget (intradermalt) på overarmen slik at det "
        "dannes en liten blære, som forsvinner etter 5-10 minutter.",
    ),
    Origin(
        "R25",
        Chapter.DOSES,
        NOT,
        "Personer som har tendens til overdreven arrdannelse (keloid) bør ikke vaksineres i"
        " huden (intrakutant), men få tilbud om vaksinasjon i underhudsvevet (subkutant) "
        "med full dose (0,5 mL).",
    ),
    Origin(
        "R26",
        Chapter.DOSES,
        CHILDREN,
        "Barn bør bare vaksineres dersom de har vært utsatt for smitte og etter individuell"
        " vurdering av behandlende lege i samråd med FHI.",
    ),
    Origin(
        "R27",
        Chapter.DOSES,
        CHILDREN,
        "Vaksinen skal kun gis i underhudsvevet (0,5 ml subkutant) til personer under 18 år.",
    ),
    # It follows from the numbers of doses; counting doses alike is our reading.
    Origin("COMPLETE", Chapter.DOSES),
    Origin("R29", Chapter.STOPS, PREGNANT, "Ammende kan vaksineres."),
    Origin(
        "R30",
        Chapter.STOPS,
        NOT,
        "Kjent allergi mot innholdsstoffer i vaksinen. Vaksinen inneholder spormengder av "
        "kyllingprotein, benzonase, gentamicin og ciprofloksacin, og personer med kjent "
        "allergi mot disse stoffene skal ikke ha vaksinen.",
    ),
    Origin("R31", Chapter.STOPS, NOT, "Infeksjonssykdom med feber over 38 °C."),
    Origin("R32", Chapter.STOPS, NOT, "Personer med symptomer på mpox skal ikke vaksineres."),
    Origin(
        "R33",
        Chapter.STOPS,
        NOT,
        "Det er ikke behov for vaksinasjon etter tidligere gjennomgått infeksjon med mpox.",
    ),
    Origin(
        "R34",
        Chapter.STOPS,
        NOT,
        "Dersom det kommer en kraftig lokalreaksjon på første dose og denne vedvarer frem "
        "til andre dose etter planen skal settes, anbefales det at andre dose utsettes "
        "inntil lokalreaksjonen har gått tilbake.",
    ),
    Origin(
        "R35",
        Chapter.STOPS,
        SIDE_EFFECTS,
        "Personer med atopisk eksem har økt risiko for bivirkninger og forverring av eksem.",
    ),
    Origin(
        "R36",
        Chapter.STOPS,
        WORKERS,
        "Ansatte i helsetjenesten som har risiko for komplikasjoner ved infeksjon med "
        "apekoppevirus, som gravide og ansatte med immunsvikt, anbefales å ikke delta i "
        "behandling av personer med mulig, sannsynlig eller bekreftet mpox.",
    ),
)
