"""What became of the note that was sent as a message."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from care.services.visit_note import MESSAGE
from notifications.models import Message
from notifications.selectors import messages_about
from notifications.services.outbox import channels_of
from patients.models import Patient
from vaccinations.models import Dose


@dataclass(frozen=True)
class SentBy:
    """One message: how it goes, ``at`` when it was sent, and whether it did not get there."""

    channel: str | Promise
    at: datetime | None
    lost: bool


@dataclass(frozen=True)
class NoteSent:
    """Whether the note can be sent, and what became of it where it was."""

    reachable: bool
    messages: tuple[SentBy, ...]


def note_sent(dose: Dose, patient: Patient) -> NoteSent:
    """Read what became of a dose's note; one query."""
    states = Message.State
    return NoteSent(
        reachable=bool(channels_of(patient.contact_by)),
        messages=tuple(
            SentBy(
                channel=Message.Channel(one.channel).label,
                at=one.ended_at if one.state == states.SENT else None,
                lost=one.state in {states.FAILED, states.UNKNOWN, states.SKIPPED},
            )
            for one in messages_about(MESSAGE, dose.pk)
        ),
    )
