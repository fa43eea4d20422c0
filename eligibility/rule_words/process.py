"""What everybody should know about the visit, the vaccine and the time after it: R37-R50."""

from django.utils.translation import gettext_lazy as _

from eligibility.rule_words.words import RuleWords

PROCESS: dict[str, RuleWords] = {
    "R37": RuleWords(
        _("Ta med legitimasjon"),
        _("Ta med gyldig legitimasjon når du kommer. Vi sjekker den på timen."),
    ),
    "R38": RuleWords(
        _("Dosene dine blir registrert"),
        _(
            "Hver dose føres i journalen din og i vaksinasjonsregisteret SYSVAK. Da ser du den "
            "på Helsenorge."
        ),
        reading=_(
            "Fristen på en uke for å melde fra til SYSVAK står i registerets forskrift, ikke i "
            "artikkelen."
        ),
    ),
    "R39": RuleWords(
        _("Det betyr noe at du kommer"),
        _(
            "Ett hetteglass er nok til 3–5 personer og varer kort etter at det er åpnet. Derfor"
            " vaksinerer vi flere samme dag. Kan du ikke komme, avbestill timen så snart du vet"
            " det."
        ),
    ),
    "R40": RuleWords(
        _("Vaksinert i utlandet"),
        _(
            "Har du fått vaksinen i utlandet, bør den registreres i SYSVAK. Fastlegen, kommunen"
            " eller en privat helsetjeneste kan gjøre det, men ikke FHI. Ta med dato, land, "
            "vaksinens navn og dokumentasjon."
        ),
    ),
    "R41": RuleWords(
        _("Dose 2 når første dose ble gitt etter smitte i utlandet"),
        _(
            "Fikk du vaksinen i utlandet etter at du var utsatt for smitte, kan du få dose 2 "
            "her hvis du kan dokumentere den første og fortsatt kan bli smittet. En lege "
            "vurderer det."
        ),
    ),
    "R42": RuleWords(
        _("Hvis du får bivirkninger"),
        _(
            "Får du uventede, kraftige eller langvarige plager, kontakt lege, uansett om du "
            "tror det skyldes vaksinen. Helsepersonell melder mulige bivirkninger til melde.no,"
            " og du kan selv melde på helsenorge.no. Det er nok at én melder."
        ),
    ),
    "R43": RuleWords(
        _("Mpox etter vaksinen blir meldt"),
        _(
            "Får du påvist mpox etter én eller to doser, bør det meldes som vaksinesvikt til "
            "melde.no. Har helsepersonell meldt, trenger ikke du."
        ),
    ),
    "R44": RuleWords(
        _("Når vaksinen beskytter"),
        _(
            "Vi regner med at vaksinen beskytter godt mot alvorlig sykdom 1–2 uker etter dose "
            "2. Det er ikke avklart om du trenger en oppfriskningsdose senere."
        ),
    ),
    "R45": RuleWords(
        _("Reaksjoner når vaksinen settes i huden"),
        _(
            "Settes vaksinen i huden, gir den oftere, kraftigere og mer langvarige reaksjoner "
            "der den ble satt, særlig etter dose 2. Du kan få arr eller varig endret farge på "
            "huden."
        ),
    ),
    "R46": RuleWords(
        _("Hvis du får symptomer etter en dose"),
        _(
            "Får du symptomer på mpox etter vaksinen, særlig hvis du fikk den etter smitte, "
            "unngå nær kontakt med andre, kontakt lege og test deg. Du kan smitte andre selv om"
            " symptomene er milde."
        ),
    ),
    "R47": RuleWords(
        _("Vanlige bivirkninger"),
        _(
            "Mer enn 1 av 10 får vondt, blir røde, hovne eller klør der vaksinen ble satt, "
            "eller får vondt i muskler eller hode, kvalme eller blir slappe. Opptil 1 av 10 får"
            " misfarging, blåmerke, varme eller en kul der, leddsmerter eller feber. Det meste "
            "går over innen en uke."
        ),
    ),
    "R48": RuleWords(
        _("Fortsett å beskytte deg"),
        _(
            "Vi vet ikke hvor godt eller hvor lenge én dose beskytter. To beskytter bedre og "
            "lenger. Antistoffene er flest omtrent to uker etter dose 2, og beskyttelsen avtar "
            "trolig med tiden. Det er usikkert om gammel koppevaksine beskytter alene. Følg "
            "derfor andre smittevernråd også."
        ),
    ),
    "R49": RuleWords(
        _("Gravide, og barn og unge under 18 år"),
        _(
            "Det finnes lite kunnskap om vaksinen til gravide. Gravide kan bli mer alvorlig "
            "syke av mpox, trolig mest mot slutten av svangerskapet, og fosteret kan bli "
            "smittet. Vaksinen er ikke undersøkt hos personer under 18 år."
        ),
    ),
    "R50": RuleWords(
        _("Hva slags vaksine dette er"),
        _(
            "Vaksinen består av levende virus som er så svekket at det ikke kan formere seg i "
            "kroppen. Det er lite erfaring med den, så den følges ekstra nøye. I 2022 ble det "
            "åpnet for å sette den i huden."
        ),
    ),
}
