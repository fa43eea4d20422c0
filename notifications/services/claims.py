"""Every move of a message's state: who may send it now, and how the attempt ended.

A claim is a lease. ``FOR UPDATE SKIP LOCKED`` gives a waiting message to one sweep only; after
that each move compares the lease and the number of attempts before it sets, so a sweep that was
overtaken changes nothing. A claimed message with ``attempt_started_at`` has an attempt under way;
one whose fate is INTERRUPTED has had an attempt that nobody saw the end of.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from notifications.domain.retrying import Fate, may_repeat, next_attempt_at
from notifications.models import Message

# Longer than the slowest attempt: the gateways give up before.
LEASE = timedelta(minutes=5)
State = Message.State
# The state a message was brought to; None when another sweep has taken it over.
Ending = State | None


@dataclass(frozen=True)
class Claim:
    """The messages a sweep may send, oldest first, and how many it had to give up."""

    messages: list[Message]
    given_up: int


def claim(*, now: datetime, limit: int) -> Claim:
    """Lease up to ``limit`` messages that are due, or whose lease ran out, and commit.

    An interrupted attempt that may not be repeated becomes UNKNOWN instead. Raises
    ``RuntimeError`` in a transaction: others must see the lease before anything is sent.
    """
    due = Q(state=State.WAITING, due_at__lte=now) | Q(state=State.CLAIMED, lease_until__lte=now)
    with transaction.atomic(durable=True):
        # A row that another sweep holds is skipped; one that it has just let go of is compared
        # with the filter again by PostgreSQL, once it is locked.
        rows = list(
            Message.objects.select_for_update(skip_locked=True)
            .filter(due)
            .order_by("due_at")[:limit]
        )
        for row in rows:
            _take(row, now=now)
        Message.objects.bulk_update(
            rows, ["state", "fate", "attempt_started_at", "lease_until", "ended_at"]
        )
    claimed = [row for row in rows if row.state == State.CLAIMED]
    return Claim(messages=claimed, given_up=len(rows) - len(claimed))


def begin(message: Message, *, now: datetime) -> bool:
    """Record that an attempt begins, with a fresh lease; False when the claim is another's now.

    Committed at once: after a crash the row tells that the message may have been sent.
    """
    moved = _move(
        message,
        attempts=message.attempts + 1,
        attempt_started_at=now,
        lease_until=now + LEASE,
    )
    return moved is not None


def end_sent(message: Message, *, provider_reference: str, now: datetime) -> Ending:
    """Record that the attempt ended well.

    It may have taken so long that another sweep has called it UNKNOWN: now it is known.
    """
    changed = Message.objects.filter(
        pk=message.pk, attempts=message.attempts, state__in=[State.CLAIMED, State.UNKNOWN]
    ).update(
        state=State.SENT,
        fate="",
        provider_reference=provider_reference[:80],
        lease_until=None,
        ended_at=now,
    )
    return State.SENT if changed else None


def end_unsent(message: Message, *, fate: Fate, now: datetime) -> Ending:
    """Record that no attempt will be made again; UNKNOWN when one of them may have succeeded."""
    doubtful = Fate.INTERRUPTED in {fate, message.fate}
    return _move(message, **_ended(State.FAILED, fate, now=now, doubtful=doubtful))


def end_skipped(reasons: Iterable[tuple[Message, str]], *, now: datetime) -> Counter[State]:
    """Record that messages are not due any more, each with its reason; one statement a reason.

    One that an interrupted attempt may have sent is UNKNOWN, not SKIPPED.
    """
    groups: dict[tuple[str, bool], list[Message]] = defaultdict(list)
    for message, reason in reasons:
        groups[reason, message.fate == Fate.INTERRUPTED].append(message)
    counts: Counter[State] = Counter()
    for (reason, doubtful), messages in groups.items():
        changes = _ended(State.SKIPPED, reason, now=now, doubtful=doubtful)
        counts[changes["state"]] += _untried(messages).update(**changes)
    return counts


def postpone(message: Message, *, fate: Fate, now: datetime) -> Ending:
    """Give the message back for a later attempt, or end it when this was the last.

    Called after an attempt, or before one that could not begin: that counts as one too. INTERRUPTED
    as the fate of one of them is kept, because it may have sent the message.
    """
    attempts = message.attempts if message.attempt_started_at else message.attempts + 1
    again_at = next_attempt_at(attempts=attempts, now=now)
    if again_at is None:
        return end_unsent(message, fate=fate, now=now)
    return _move(
        message,
        state=State.WAITING,
        fate=Fate.INTERRUPTED if message.fate == Fate.INTERRUPTED else fate,
        attempts=attempts,
        attempt_started_at=None,
        lease_until=None,
        due_at=again_at,
    )


def release(messages: Iterable[Message]) -> None:
    """Give back messages that were claimed and not tried: the next sweep takes them."""
    _untried(list(messages)).update(state=State.WAITING, lease_until=None)


def _take(row: Message, *, now: datetime) -> None:
    """Lease a locked row; one that was left in the middle of an attempt may be past saving."""
    row.state, row.lease_until = State.CLAIMED, now + LEASE
    if row.attempt_started_at is None:
        return
    row.fate = Fate.INTERRUPTED
    if may_repeat(row.channel, attempts=row.attempts):
        row.attempt_started_at = None
    else:
        row.state, row.lease_until, row.ended_at = State.UNKNOWN, None, now


def _untried(messages: list[Message]) -> QuerySet[Message]:
    """The messages among these that are still leased to us; none of them was begun."""
    return Message.objects.filter(
        pk__in=[message.pk for message in messages],
        state=State.CLAIMED,
        lease_until__in={message.lease_until for message in messages},
    )


def _move(message: Message, **changes: Any) -> Ending:
    """Change a message that is still ours, in the database and in memory; return its state."""
    changed = Message.objects.filter(
        pk=message.pk,
        state=State.CLAIMED,
        lease_until=message.lease_until,
        attempts=message.attempts,
    ).update(**changes)
    if not changed:
        return None
    for name, value in changes.items():
        setattr(message, name, value)
    return State(message.state)


def _ended(state: State, fate: str, *, now: datetime, doubtful: bool) -> dict[str, Any]:
    return {
        "state": State.UNKNOWN if doubtful else state,
        "fate": Fate.INTERRUPTED if doubtful else fate,
        "lease_until": None,
        "ended_at": now,
    }
