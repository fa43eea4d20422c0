"""The messages that the faults happen to."""

from uuid import UUID

from django.utils import timezone

from notifications.models import Message
from tests.faults.troubles import Trouble, address, address_in


def a_message(
    channel: str,
    number: int,
    trouble: Trouble = Trouble.NONE,
    *,
    language: str = "nb",
    **given: object,
) -> Message:
    """Make a message that is due, of the kind that the sender knows; not saved."""
    now = timezone.now()
    return Message(
        **{
            "kind": "probe",
            "channel": channel,
            "subject_id": UUID(int=number),
            "occasion": f"{language} {address(channel, trouble, number)}",
            "due_at": now,
            "created_at": now,
        }
        | given
    )


def address_of(message: Message) -> str:
    """Return whom a message made here goes to."""
    return address_in(message.occasion)
