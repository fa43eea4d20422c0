"""The message that carries a code. It never passes through the outbox, where it would be kept."""

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


def _bound(code: str) -> str:
    """Return the last line by which a telephone fills in the code on this site and no other.

    Format: WICG, "Origin-bound one-time codes delivered via SMS".
    """
    return f"@{urlsplit(settings.PUBLIC_URL).hostname} #{code}"
