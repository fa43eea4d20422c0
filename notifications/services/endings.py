"""How a message that can be stopped ends. The sender writes it, so that no text can forget it."""

from django.utils.translation import gettext


def sms_ending(page: str) -> str:
    """Write where to stop, after the words of an SMS, in the language in use."""
    return " " + gettext("Stopp: %(link)s") % {"link": page}


def email_ending(page: str) -> str:
    """Write where to stop, after the words of an e-mail, in the language in use."""
    return "\n" + gettext("Vil du ikke ha flere slike meldinger?") + f"\n{page}\n"
