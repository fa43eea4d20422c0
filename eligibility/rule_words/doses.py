"""How many doses, which way and how far apart: R16-R27, COMPLETE."""

from django.utils.translation import gettext_lazy as _

from eligibility.rule_words.words import RuleWords

DOSES: dict[str, RuleWords] = {
    "R16": RuleWords(
        _("To doser med minst 28 dager mellom"),
        _(
            "Har du ikke fått koppevaksine før, trenger du to doser. Den andre tidligst 28 "
            "dager etter den første. Hver dose er 0,1 ml og settes i huden."
        ),
    ),
    "R17": RuleWords(
        _("Det gjør ikke noe om dose 2 kommer sent"),
        _(
            "Dose 2 virker også om du får den senere enn 28 dager etter den første. Du trenger "
            "aldri å begynne på nytt."
        ),
    ),
    "R18": RuleWords(
        _("Én dose hvis du har fått koppevaksine"),
        _(
            "Er du født før 1976 og har arr etter koppevaksine, eller vet eller har papir på at"
            " du fikk den, er én dose nok."
        ),
    ),
    "R19": RuleWords(
        _("To doser ved nedsatt immunforsvar, også etter koppevaksine"),
        _("Har du nedsatt immunforsvar, bør du få to doser selv om du har fått koppevaksine."),
    ),
    "R20": RuleWords(
        _("Mpox etter første dose"),
        _("Har du fått påvist mpox etter første dose, skal du ikke ha dose 2."),
    ),
    "R21": RuleWords(
        _("Full dose under huden etter smitte"),
        _(
            "Får du vaksinen etter at du har vært utsatt for smitte, er dosen 0,5 ml og settes "
            "under huden."
        ),
    ),
    "R22": RuleWords(
        _("Dose 2 etter smitte, hvis risikoen varer"),
        _(
            "Fikk du første dose etter at du var utsatt for smitte, kan du få dose 2 etter 28 "
            "dager hvis du fortsatt kan bli smittet og ikke har symptomer."
        ),
    ),
    "R23": RuleWords(
        _("Koppevaksinert: én dose er nok etter smitte"),
        _(
            "Har du fått koppevaksine, trenger du ikke dose 2 etter smitte, med mindre du har "
            "nedsatt immunforsvar."
        ),
    ),
    "R24": RuleWords(
        _("Slik settes vaksinen"),
        _(
            "Vaksinen settes i overarmen. Settes den i huden, kommer det en liten blemme som "
            "skal være der, og som går bort etter 5–10 minutter."
        ),
    ),
    "R25": RuleWords(
        _("Får du lett store arr, settes vaksinen under huden"),
        _(
            "Har du tendens til kraftige arr (keloid), får du full dose, 0,5 ml, under huden i "
            "stedet for i huden."
        ),
    ),
    "R26": RuleWords(
        _("Under 18 år: bare etter smitte"),
        _(
            "Barn og unge under 18 år bør bare få vaksinen hvis de har vært utsatt for smitte, "
            "og etter at behandlende lege har vurdert det sammen med FHI."
        ),
    ),
    "R27": RuleWords(
        _("Under 18 år: under huden"),
        _("Er du under 18 år, settes vaksinen bare under huden, 0,5 ml."),
    ),
    "COMPLETE": RuleWords(
        _("Du har fått dosene du trenger"),
        _(
            "Har du fått to doser, eller én når én er nok for deg, trenger du ikke flere. Det "
            "gjelder uansett om dosene ble gitt før eller etter smitte."
        ),
        reading=_(
            "Regelen følger av antallet doser i artikkelen. Vi teller dosene likt, uansett "
            "hvorfor de ble gitt."
        ),
    ),
}
