"""Writes messages to be sent, in the transaction that causes them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from notifications.domain.kinds import CHANNELS
from notifications.models import Message
from notifications.services.registry import kind_named


def channels_of(contact_by: str) -> list[str]:
    """Return the channels for how a person wants to be reached (sms, email, both, none)."""
    return list(CHANNELS[contact_by])


def queue(
    *,
    kind: str,
    subject_id: UUID,
    occasion: str,
    due_at: datetime,
    channels: Iterable[str],
    now: datetime,
    clinic_id: int | None = None,
) -> None:
    """Write one message per channel, in the caller's transaction.

    ``clinic_id`` is the clinic whose staff see in the message log what became of it.
    A message that exists already (same subject, kind, channel and occasion) is left as it is,
    sent or not. Raises ``UnknownKindError``.
    """
    kind_named(kind)
    Message.objects.bulk_create(
        (
            Message(
                kind=kind,
                channel=channel,
                subject_id=subject_id,
                occasion=occasion,
                due_at=due_at,
                clinic_id=clinic_id,
                created_at=now,
            )
            for channel in channels
        ),
        ignore_conflicts=True,
    )
