"""After possible exposure: R10-R15, R28, R36 and the window."""

from django.utils.translation import gettext_lazy as _

from eligibility.rule_words.words import RuleWords

EXPOSURE: dict[str, RuleWords] = {
    "R10": RuleWords(
        _("Nær en som har fått påvist mpox"),
        _(
            "Har du hatt nærkontakt med en som har fått påvist mpox, er det en lege som "
            "vurderer om du bør få vaksinen, og hvor fort. Du kan ikke bestille time selv."
        ),
    ),
    "R11": RuleWords(
        _("Høy risiko for smitte, de første fire dagene"),
        _(
            "Hadde dere sex, eller bor dere sammen, kan du få vaksinen til og med dag 4 for å "
            "hindre at du blir syk."
        ),
        reading=_("Dag 0 er datoen da du sist var utsatt for smitte."),
    ),
    "R12": RuleWords(
        _("Fare for alvorlig sykdom, de første 14 dagene"),
        _(
            "Er du gravid, har nedsatt immunforsvar, eller gjelder det et lite barn, kan en "
            "lege gi vaksinen til og med dag 14 for å hindre alvorlig sykdom."
        ),
        reading=_("Artikkelen sier «små barn». Vi regner barn under 6 år som små."),
    ),
    "R13": RuleWords(
        _("Hva vaksinen kan gjøre etter smitte"),
        _(
            "Gitt 0–4 dager etter at du var utsatt for smitte, kan vaksinen hindre at du blir "
            "syk. Gitt 5–14 dager etter kan den trolig hindre alvorlig sykdom."
        ),
    ),
    "R14": RuleWords(
        _("Vi spør aldri hvem du var sammen med"),
        _(
            "Hvem som har vært syk, blir verken spurt om, lagret eller vist. Du får heller ikke"
            " vite det av oss."
        ),
    ),
    "R15": RuleWords(
        _("Helsepersonell som har vært nær en syk"),
        _(
            "Arbeider du i helsetjenesten og har hatt nærkontakt med en som er syk, vurderer en"
            " lege deg som alle andre."
        ),
    ),
    "R28": RuleWords(
        _("Gravid og utsatt for smitte"),
        _(
            "Er du gravid og har vært utsatt for smitte, veier en lege nytte mot risiko sammen "
            "med deg."
        ),
    ),
    "R36": RuleWords(
        _("Helsepersonell som er gravide eller har nedsatt immunforsvar"),
        _(
            "Arbeider du i helsetjenesten og er gravid eller har nedsatt immunforsvar, bør du "
            "ikke behandle pasienter som kan ha mpox. Snakk med lederen din."
        ),
    ),
}
