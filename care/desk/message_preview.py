"""What a message would say if it were sent now, for staff: its words, and who cannot be told."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from notifications.models import Message
from notifications.services.foresight import foresee
from notifications.words import reason_in_words
from patients.domain.contact import Contact, mask


@dataclass(frozen=True)
class PreviewShown:
    """Words and a masked address; ``why_not`` in words when it would not be sent at all.

    ``held_until`` is when it would be sent, because its recipient is left in peace until then.
    """

    to: str
    subject: str
    text: str
    files: tuple[str, ...]
    why_not: str | Promise
    held_until: datetime | None


def previewed(message: Message, *, now: datetime) -> PreviewShown:
    """Return what a message would say now, to whom, with the address masked."""
    found = foresee([message], now=now)[message.pk]
    held_until = found.held_until
    if held_until:
        found = foresee([message], now=held_until)[message.pk]
    by_sms = message.channel == Message.Channel.SMS
    why_not = reason_in_words(message, found.why_not) if found.why_not else ""
    return PreviewShown(
        to=mask(Contact("sms" if by_sms else "email", found.to)) if found.to else "",
        subject=found.subject,
        text=found.text,
        files=found.files,
        why_not=why_not,
        held_until=held_until,
    )
