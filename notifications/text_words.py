"""What is wrong with a text for a message, in words: what it is, and what to do about it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.domain.text_rules import Fault, Finding, Hint

PART_NAMES = {"sms": _("SMS"), "subject": _("Emnet i e-posten"), "email": _("E-posten")}

# %(what)s is the list that the finding carries, %(first)s and %(second)s its first two.
_WORDS: dict[Fault | Hint, str | Promise] = {
    Fault.EMPTY: _("Skriv en tekst, eller gå tilbake til standardteksten."),
    Fault.TOO_LONG: _("Teksten har %(second)s tegn. Skriv høyst %(first)s."),
    Fault.SEVERAL_LINES: _("Emnet må være på én linje. Ta bort linjeskiftet."),
    Fault.CONTROL: _("Teksten har et tegn som ikke vises. Skriv den inn for hånd."),
    Fault.STRAY_BRACE: _(
        "En krøllparentes står alene. Skriv feltnavn med små bokstaver mellom to parenteser, som "
        "{dag}, og bruk ellers vanlige parenteser."
    ),
    Fault.UNKNOWN_NAME: _(
        "Denne meldingen har ikke %(what)s. Bruk bare feltene som står på listen under."
    ),
    Fault.MISSING_NAME: _(
        "Sett inn %(what)s. Uten det kan ikke personen se, endre eller svare på noe."
    ),
    Fault.FORBIDDEN: _(
        "Ta bort «%(what)s». En melding kan leses over skulderen, og skal ikke fortelle hva det "
        "gjelder eller hvem det er for."
    ),
    Fault.TOO_MANY_SEGMENTS: _(
        "Med et langt stedsnavn blir dette %(second)s SMS-er. Kort ned til høyst %(first)s."
    ),
    Hint.SEVERAL_SEGMENTS: _("Sendes og betales som %(first)s SMS-er. Kan den kortes ned?"),
    Hint.UCS2: _(
        "%(what)s finnes ikke i SMS-alfabetet. Da er det bare plass til 70 tegn i hver SMS, mot "
        "160 ellers. Skriv det på en annen måte om du kan."
    ),
    Hint.LEFT_OUT: _("Standardteksten har også %(what)s. Er det med vilje at det ikke er med?"),
}
_NAMES = {Fault.UNKNOWN_NAME, Fault.MISSING_NAME, Hint.LEFT_OUT}


def in_words(finding: Finding) -> str:
    """Say what a finding means and what to do."""
    what = [f"{{{name}}}" for name in finding.what] if finding.code in _NAMES else finding.what
    return str(_WORDS[finding.code]) % {
        "what": ("», «" if finding.code is Fault.FORBIDDEN else ", ").join(what),
        "first": finding.what[0] if finding.what else "",
        "second": finding.what[1] if len(finding.what) > 1 else "",
    }
