"""Takes a provider's word for what became of an SMS.

Receipts come late, twice and in any order, and while a sweep is at the same message: each move
compares the state before it sets. That it has arrived is never taken back.
"""

from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from notifications.domain.retrying import Fate
from notifications.domain.signed_receipts import Arrival, Receipt
from notifications.models import Message

State = Message.State
_ENDED = Q(state__in=[State.SENT, State.FAILED, State.UNKNOWN])
# Given back after an attempt: one that nobody saw the end of has sent it after all.
_TRIED = Q(state=State.WAITING, attempts__gt=0)


class Taken(Enum):
    """What a receipt did. ASK_LATER: an attempt is under way, whose end is recorded first."""

    CHANGED = auto()
    NOTHING_NEW = auto()
    ASK_LATER = auto()


def take(receipt: Receipt, *, now: datetime) -> Taken:
    """Record what a receipt says; any number of times, with the same result."""
    if receipt.message_id is None or receipt.arrival is Arrival.UNDERWAY:
        return Taken.NOTHING_NEW
    record = _arrived if receipt.arrival is Arrival.ARRIVED else _lost
    if record(receipt.message_id, receipt.batch_id, now=now):
        return Taken.CHANGED
    busy = Message.objects.filter(
        pk=receipt.message_id, channel=Message.Channel.SMS, state=State.CLAIMED
    )
    return Taken.ASK_LATER if busy.exists() else Taken.NOTHING_NEW


def _arrived(message_id: UUID, batch_id: str, *, now: datetime) -> bool:
    return _end(
        message_id,
        Q(delivered_at=None) & (_ENDED | _TRIED),
        state=State.SENT,
        fate="",
        delivered_at=now,
        provider_reference=batch_id,
        now=now,
    )


def _lost(message_id: UUID, batch_id: str, *, now: datetime) -> bool:
    believed_sent = Q(state__in=[State.SENT, State.UNKNOWN], delivered_at=None) | _TRIED
    return _end(
        message_id,
        believed_sent,
        state=State.FAILED,
        fate=Fate.UNDELIVERED,
        provider_reference=batch_id,
        now=now,
    )


def _end(
    message_id: UUID, seen: Q, *, now: datetime, provider_reference: str, **changes: object
) -> bool:
    changed = Message.objects.filter(seen, pk=message_id, channel=Message.Channel.SMS).update(
        **changes,
        provider_reference=provider_reference.replace("\0", "")[:80],
        attempt_started_at=Coalesce("attempt_started_at", now),
        ended_at=now,
    )
    return changed == 1
