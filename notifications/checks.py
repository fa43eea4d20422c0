"""What keeps the sender of messages neutral: its name stands on a telephone's locked screen."""

import re
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from clinics.domain.discreet import forbidden_words

# What networks take as a name: at most 11 letters and digits, a letter among them; or a number.
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_NUMBER = re.compile(r"\+?[0-9]{3,15}")


def senders_are_neutral(**_options: Any) -> list[CheckMessage]:
    """Refuse senders that networks do not take, and those that tell what messages are about."""
    return [*_of_sms(settings.SMS_SENDER), *_of_email(settings.DEFAULT_FROM_EMAIL)]


def _of_sms(sender: str) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not (_NAME.fullmatch(sender) or _NUMBER.fullmatch(sender)) or sender != sender.strip():
        found.append(
            Error(
                f"SMS_SENDER {sender!r} is neither a name that networks take nor a number.",
                hint="Use 1 to 11 of A-Z, a-z, 0-9 and spaces, or a number of 3 to 15 digits.",
                id="notifications.E001",
            )
        )
    return found + _telling("SMS_SENDER", sender)


def _of_email(sender: str) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    try:
        validate_email(parseaddr(sender)[1])
    except ValidationError:
        found.append(
            Error(
                f"DEFAULT_FROM_EMAIL {sender!r} has no e-mail address.",
                hint='Write it as "Timebestilling <time@kommune.example>".',
                id="notifications.E002",
            )
        )
    return found + _telling("DEFAULT_FROM_EMAIL", sender)


def _telling(name: str, sender: str) -> list[CheckMessage]:
    words = forbidden_words(sender)
    if not words:
        return []
    return [
        Error(
            f"{name} says {', '.join(words)}: whoever sees a message would know what it is about.",
            hint="Choose a neutral name and address.",
            id="notifications.E003",
        )
    ]
