"""Who is offered the vaccine before exposure: R1-R9."""

from django.utils.translation import gettext_lazy as _

from eligibility.rule_words.words import RuleWords

GROUPS: dict[str, RuleWords] = {
    "R1": RuleWords(
        _("Sex med menn, og hiv eller forebyggende hivmedisin (PrEP)"),
        _(
            "Er du mann eller transperson som har sex med menn, og lever med hiv eller bruker "
            "PrEP, får du tilbud i gruppe 1."
        ),
    ),
    "R2": RuleWords(
        _("Selger sex til menn"),
        _("Er du mann eller transperson som selger sex til menn, får du tilbud i gruppe 1."),
    ),
    "R3": RuleWords(
        _("Sex med menn, større risiko, og en seksuelt overførbar infeksjon nylig"),
        _(
            "Er du mann eller transperson som har sex med menn, har nye, flere eller tilfeldige"
            " partnere, gruppesex eller chemsex, og har hatt syfilis, gonoré eller klamydia de "
            "siste 24 månedene, får du tilbud i gruppe 2."
        ),
        reading=_(
            "Én av disse tingene er nok, og det du selv sier, er nok. Vi ber aldri om prøvesvar"
            " eller annet bevis."
        ),
    ),
    "R4": RuleWords(
        _("Menn som har sex med menn, og transpersoner, med større risiko"),
        _(
            "Er du mann som har sex med menn, eller transperson, og har nye, flere eller "
            "tilfeldige partnere, gruppesex eller chemsex, får du tilbud i gruppe 3."
        ),
        reading=_(
            "Én av disse tingene er nok, og det du selv sier, er nok. Vi ber aldri om prøvesvar"
            " eller annet bevis."
        ),
    ),
    "R6": RuleWords(
        _("Helsepersonell som er særlig utsatt for smitte på jobb"),
        _(
            "Er du helsepersonell og særlig utsatt for smitte i arbeidet, for eksempel på en "
            "teststasjon eller med pasienter som er innlagt med mpox, får du tilbud i gruppe 3."
        ),
        reading=_(
            "Artikkelen sier både at du får tilbud, og at vaksine kan vurderes. Vi gir tilbud, "
            "og sykepleieren spør hvor du arbeider."
        ),
    ),
    "R7": RuleWords(
        _("Laboratoriearbeid med levende virus"),
        _("Arbeider du på laboratorium med levende apekoppevirus, får du tilbud i gruppe 3."),
    ),
    "R8": RuleWords(
        _("Ikke i en gruppe som får tilbud"),
        _(
            "Det finnes få doser. Derfor får du tilbud bare hvis du er i en av gruppene eller "
            "har vært nær noen som har mpox. Passer ingen av delene, får du ikke tilbud nå."
        ),
    ),
    "R9": RuleWords(
        _("Hvor du får vaksinen"),
        _(
            "Er du i gruppe 1, får du vaksinen i spesialisthelsetjenesten, hos legen som følger"
            " deg opp. Er du i gruppe 2 eller 3, får du den der kommunen din vaksinerer."
        ),
        reading=_("Selger du sex og ikke har en lege på sykehus, tar sykehusklinikken imot deg."),
    ),
}
