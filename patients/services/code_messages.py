"""Messages to one contact alone, past the outbox: a code, and that the contact was exchanged."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from notifications.services.transmitting import NotSentError, send_at_once
from patients.domain.contact import Contact


class CodeNotSentError(Exception):
    """The code could not be handed over to whoever carries it; a new one may be asked for."""


def deliver(*, contact: Contact, code: str, language: str, lifetime: timedelta) -> None:
    """Hand the code over to the SMS or e-mail carrier, in the language asked for.

    Raises CodeNotSentError.
    """
    with translation.override(language):
        words = gettext("Koden din er %(code)s. Den varer i %(minutes)d minutter.") % {
            "code": code,
            "minutes": lifetime // timedelta(minutes=1),
        }
        subject = gettext("Koden din")
    text = f"{words}\n\n{_bound(code)}" if contact.channel == "sms" else words
    try:
        send_at_once(channel=contact.channel, to=contact.address, subject=subject, text=text)
    except NotSentError as error:
        raise CodeNotSentError from error


def tell_old_contact(*, contact: Contact, language: str) -> bool:
    """Tell whoever has a contact that it was exchanged for another; tell whether that was sent."""
    with translation.override(language):
        text = gettext(
            "Kontaktopplysningene dine hos oss er endret, og vi skriver ikke hit lenger. Var det "
            "ikke deg? Ring stedet der du har time."
        )
        return _tell(contact, text)


def tell_of_new_contact(*, contact: Contact, language: str) -> bool:
    """Tell whoever has a contact that another was given besides; tell whether that was sent."""
    with translation.override(language):
        text = gettext(
            "Vi har fått en ny måte å nå deg på, i tillegg til denne. Var det ikke deg som ga oss "
            "den? Ring stedet der du har time."
        )
        return _tell(contact, text)


def _tell(contact: Contact, text: str) -> bool:
    """Send it once and at once: the outbox would find the new contact.

    It names neither the person nor the new one.
    """
    subject = gettext("Kontaktopplysningene dine er endret")
    try:
        send_at_once(channel=contact.channel, to=contact.address, subject=subject, text=text)
    except NotSentError:
        return False
    return True


def _bound(code: str) -> str:
    """Return the last line by which a telephone fills in the code on this site and no other.

    Format: WICG, "Origin-bound one-time codes delivered via SMS".
    """
    return f"@{urlsplit(settings.PUBLIC_URL).hostname} #{code}"
