"""Writes messages to be sent, in the transaction that causes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notifications.domain.kinds import CHANNELS
from notifications.models import Message
from notifications.services.registry import kind_named


def channels_of(contact_by: str) -> list[str]:
    """Return the channels for how a person wants to be reached (sms, email, both, none)."""
    return list(CHANNELS[contact_by])


@dataclass(frozen=True)
class Wanted:
    """A message to be sent on every channel, once for its subject, kind and occasion.

    ``clinic_id`` is the clinic whose staff see in the message log what became of it.
    """

    kind: str
    subject_id: UUID
    occasion: str
    due_at: datetime
    channels: Iterable[str]
    clinic_id: int | None = None


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

    A message that exists already (same subject, kind, channel and occasion) is left as it is,
    sent or not. Raises ``UnknownKindError``.
    """
    queue_all([Wanted(kind, subject_id, occasion, due_at, channels, clinic_id)], now=now)


def queue_all(wanted: Iterable[Wanted], *, now: datetime) -> None:
    """Write many messages in one statement, as ``queue`` writes one."""
    messages = []
    for one in wanted:
        kind_named(one.kind)
        messages += [
            Message(
                kind=one.kind,
                channel=channel,
                subject_id=one.subject_id,
                occasion=one.occasion,
                due_at=one.due_at,
                clinic_id=one.clinic_id,
                created_at=now,
            )
            for channel in one.channels
        ]
    Message.objects.bulk_create(messages, ignore_conflicts=True)


def queue_instead(moved: Iterable[tuple[Message, Iterable[str]]], *, now: datetime) -> None:
    """Write messages anew, due now, on the channels that their recipients are reached on by now.

    One statement; what is written on such a channel already is left as it is.
    """
    Message.objects.bulk_create(
        [
            Message(
                kind=message.kind,
                channel=channel,
                subject_id=message.subject_id,
                occasion=message.occasion,
                round=message.round,
                due_at=now,
                clinic_id=message.clinic_id,
                created_at=now,
            )
            for message, channels in moved
            for channel in channels
        ],
        ignore_conflicts=True,
    )
