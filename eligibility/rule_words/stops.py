"""Stops and cautions, asked again at the visit: R29-R35."""

from django.utils.translation import gettext_lazy as _

from eligibility.rule_words.words import RuleWords

STOPS: dict[str, RuleWords] = {
    "R29": RuleWords(
        _("Du kan få vaksinen når du ammer"),
        _(
            "Ammer du, kan du vaksineres. Det finnes lite kunnskap om denne typen vaksiner og "
            "amming."
        ),
    ),
    "R30": RuleWords(
        _("Allergi mot noe i vaksinen"),
        _(
            "Har du kjent allergi mot et innholdsstoff i vaksinen, kyllingprotein, benzonase, "
            "gentamicin eller ciprofloksacin, skal du ikke ha vaksinen."
        ),
    ),
    "R31": RuleWords(
        _("Feber over 38 grader"),
        _("Har du en infeksjon med feber over 38 grader, skal du ikke ha vaksinen nå."),
        reading=_("Vi leser dette som «utsett»: Du kan få vaksinen når du er frisk igjen."),
    ),
    "R32": RuleWords(
        _("Symptomer på mpox"),
        _(
            "Har du symptomer på mpox, skal du ikke vaksineres. Unngå nær kontakt med andre, "
            "snakk med lege og test deg."
        ),
    ),
    "R33": RuleWords(
        _("Har hatt mpox"),
        _("Har du hatt mpox, trenger du ikke vaksinen."),
    ),
    "R34": RuleWords(
        _("Kraftig reaksjon på armen som ikke har gått over"),
        _(
            "Fikk du en kraftig reaksjon på armen som fortsatt er der når du skal ha dose 2, "
            "venter vi til den er borte. Si fra til oss noen dager før timen."
        ),
    ),
    "R35": RuleWords(
        _("Atopisk eksem"),
        _(
            "Har du atopisk eksem, kan du få sterkere bivirkninger, og eksemet kan blusse opp. "
            "Si fra til sykepleieren."
        ),
    ),
}
