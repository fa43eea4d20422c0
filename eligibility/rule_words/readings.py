"""Our readings, where the source is silent or unclear: A1-A13."""

from django.utils.translation import gettext_lazy as _

from eligibility.rule_words.words import RuleWords

READINGS: dict[str, RuleWords] = {
    "A1": RuleWords(
        _("Gravid, uten å være utsatt for smitte"),
        _(
            "Er du gravid, ikke har vært utsatt for smitte og ellers får tilbud, snakker en "
            "lege med deg først."
        ),
    ),
    "A2": RuleWords(
        _("Koppevaksinert, og usikker på immunforsvaret"),
        _(
            "Har du fått koppevaksine og er usikker på om immunforsvaret ditt er nedsatt, "
            "avgjør en lege om du skal ha én eller to doser. Vi foreslår to. Å være usikker gir"
            " aldri færre doser."
        ),
    ),
    "A3": RuleWords(
        _("Koppevaksine, men født i 1976 eller senere"),
        _(
            "Er du født i 1976 eller senere og har tegn på at du har fått koppevaksine, avgjør "
            "en lege. Vi foreslår to doser."
        ),
    ),
    "A4": RuleWords(
        _("Født før 1976, men uten tegn på koppevaksine"),
        _(
            "Er du født før 1976, men verken har arr, husker eller har papir på koppevaksine, "
            "regner vi deg som ikke koppevaksinert."
        ),
    ),
    "A5": RuleWords(
        _("Under 18 år, uten å være utsatt for smitte"),
        _(
            "Er du under 18 år, ikke har vært utsatt for smitte og ellers får tilbud, må en "
            "lege vurdere det. Passer du ikke i en gruppe, får du ikke tilbud."
        ),
    ),
    "A6": RuleWords(
        _("En annen allergi"),
        _(
            "Har du en annen allergi enn dem som stopper vaksinen, vurderer en lege om du kan "
            "få den."
        ),
    ),
    "A7": RuleWords(
        _("Hiv er ikke det samme som nedsatt immunforsvar"),
        _(
            "Lever du med hiv, regner vi ikke derfor immunforsvaret ditt som nedsatt. Vi spør "
            "om de to hver for seg."
        ),
    ),
    "A8": RuleWords(
        _("Dose i utlandet uten dokumentasjon"),
        _(
            "Har du fått en dose i utlandet og ikke kan dokumentere den, teller vi den ikke. En"
            " lege vurderer hva du bør få."
        ),
    ),
    "A9": RuleWords(
        _("Første dose etter smitte i utlandet"),
        _(
            "Fikk du den ene dosen du har, i utlandet etter smitte, og fortsatt kan bli "
            "smittet, vurderer en lege dose 2."
        ),
    ),
    "A10": RuleWords(
        _("Det er gått lang tid siden smitten"),
        _(
            "Er fristen for å gi vaksinen gått ut, ser en lege likevel på saken din. Vi viser "
            "at fristen er passert."
        ),
    ),
    "A11": RuleWords(
        _("Minst 28 dager mellom dosene"),
        _(
            "Dose 2 gis tidligst 28 dager etter den første. Bare en lege kan fravike det, med "
            "skriftlig grunn. En dose som er gitt for tidlig, teller likevel."
        ),
    ),
    "A12": RuleWords(
        _("Første dose etter smitte, og nå i en gruppe"),
        _(
            "Fikk du én dose etter smitte, ikke lenger kan bli smittet på samme måte, men er i "
            "en gruppe som får tilbud, vurderer en lege dose 2."
        ),
    ),
    "A13": RuleWords(
        _("Du kan alltid snakke med noen"),
        _(
            "Uansett hva svaret blir, kan du snakke med et menneske om det. Et nei er aldri en "
            "blindvei."
        ),
    ),
}
