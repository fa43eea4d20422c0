"""Every move of a message's state: who may send it now, and how the attempt ended.

A claim is a lease. ``FOR UPDATE SKIP LOCKED`` gives a waiting message to one sweep only; after
that each move compares the lease and the number of attempts before it sets, so a sweep that was
overtaken changes nothing. A claimed message with ``attempt_started_at`` has an attempt under way;
one whose fate is INTERRUPTED has had an attempt that nobody saw the end of.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

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
        _take(rows, now=now)
    claimed = [row for row in rows if row.state == State.CLAIMED]
    return Claim(messages=claimed, given_up=len(rows) - len(claimed))


def begin(messages: Sequence[Message], *, now: datetime) -> list[Message]:
    """Record that an attempt at each begins, with a fresh lease; return those that are still ours.

    Committed at once, in one statement: after a crash the rows tell that they may have been sent.
    """
    lease = now + LEASE
    ours = _begin_all(messages, lease=lease, now=now)
    begun = [message for message in messages if message.pk in ours]
    for message in begun:
        message.attempts += 1
        message.attempt_started_at, message.lease_until = now, lease
    return begun


def take_back(messages: Sequence[Message]) -> None:
    """Undo the beginning of attempts whose call was never made: the next sweep takes them."""
    _still_leased(messages).update(
        state=State.WAITING,
        attempts=F("attempts") - 1,
        attempt_started_at=None,
        lease_until=None,
    )


def end_sent(sent: Sequence[tuple[Message, str]], *, now: datetime) -> int:
    """Record that attempts ended well, with the provider's references; return how many.

    One may have taken so long that another sweep has called it UNKNOWN: now it is known.
    """
    return _end_all(sent, now=now)


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
        counts[changes["state"]] += _still_leased(messages).update(**changes)
    return counts


def postpone(
    message: Message, *, fate: Fate, now: datetime, retry_after: timedelta | None = None
) -> Ending:
    """Give the message back for a later attempt, or end it when this was the last.

    INTERRUPTED as the fate of an attempt is kept, because it may have sent the message. Not before
    ``retry_after``, where the gateway has said so.
    """
    doubtful = Fate.INTERRUPTED in {fate, message.fate}
    changes = _after(message.attempts, fate, now=now, doubtful=doubtful)
    if retry_after is not None and "due_at" in changes:
        changes["due_at"] = max(changes["due_at"], now + retry_after)
    return _move(message, **changes)


def set_aside(broken: Iterable[tuple[Message, Fate]], *, now: datetime) -> Counter[State]:
    """Record of untried messages that they could not be made ready; one statement for those alike.

    Who has no address has none in a minute either. All else counts as an attempt.
    """
    groups: dict[tuple[Fate, int, bool], list[Message]] = defaultdict(list)
    for message, fate in broken:
        groups[fate, message.attempts, message.fate == Fate.INTERRUPTED].append(message)
    counts: Counter[State] = Counter()
    for (fate, attempts, doubtful), messages in groups.items():
        changes = (
            _ended(State.FAILED, fate, now=now, doubtful=doubtful)
            if fate == Fate.NO_ADDRESS
            else _after(attempts + 1, fate, now=now, doubtful=doubtful)
        )
        counts[changes["state"]] += _still_leased(messages).update(**changes)
    return counts


def hold(moments: Iterable[tuple[Message, datetime]]) -> int:
    """Let untried messages wait, each until its moment; return how many. One statement a moment.

    That is no attempt. INTERRUPTED is kept, as in ``postpone``.
    """
    groups: dict[tuple[datetime, str], list[Message]] = defaultdict(list)
    for message, moment in moments:
        doubtful = message.fate == Fate.INTERRUPTED
        groups[moment, Fate.INTERRUPTED if doubtful else Fate.HELD].append(message)
    return sum(
        _still_leased(messages).update(
            state=State.WAITING, fate=fate, lease_until=None, due_at=moment
        )
        for (moment, fate), messages in groups.items()
    )


def release(messages: Iterable[Message]) -> None:
    """Give back messages that were claimed and not tried: the next sweep takes them."""
    _still_leased(list(messages)).update(state=State.WAITING, lease_until=None)


def _take(rows: list[Message], *, now: datetime) -> None:
    """Lease locked rows; one that was left in the middle of an attempt may be past saving."""
    lease = now + LEASE
    untouched: dict[str, Any] = {"state": State.CLAIMED, "lease_until": lease}
    again = {**untouched, "fate": Fate.INTERRUPTED, "attempt_started_at": None}
    lost = _ended(State.UNKNOWN, Fate.INTERRUPTED, now=now, doubtful=True)
    groups: list[tuple[dict[str, Any], list[Message]]] = [(untouched, []), (again, []), (lost, [])]
    for row in rows:
        interrupted = row.attempt_started_at is not None
        repeat = may_repeat(row.channel, attempts=row.attempts)
        groups[0 if not interrupted else 1 if repeat else 2][1].append(row)
    for changes, taken in groups:
        if taken:
            Message.objects.filter(pk__in=[row.pk for row in taken]).update(**changes)
        for row in taken:
            for name, value in changes.items():
                setattr(row, name, value)


def _still_leased(messages: Sequence[Message]) -> QuerySet[Message]:
    """The messages among these that still have the lease that we gave them."""
    return Message.objects.filter(
        pk__in=[message.pk for message in messages],
        state=State.CLAIMED,
        lease_until__in={message.lease_until for message in messages},
    )


def _begin_all(messages: Sequence[Message], *, lease: datetime, now: datetime) -> set[UUID]:
    """Compare and set each row in one statement, and return which were set."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_message AS message
               SET attempts = message.attempts + 1, attempt_started_at = %s, lease_until = %s
              FROM unnest(%s::uuid[], %s::int[], %s::timestamptz[])
                   AS mine (id, attempts, lease_until)
             WHERE message.id = mine.id AND message.attempts = mine.attempts
               AND message.lease_until = mine.lease_until AND message.state = 'claimed'
            RETURNING message.id
            """,
            [
                now,
                lease,
                [message.pk for message in messages],
                [message.attempts for message in messages],
                [message.lease_until for message in messages],
            ],
        )
        return {pk for (pk,) in cursor.fetchall()}


def _end_all(sent: Sequence[tuple[Message, str]], *, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE notifications_message AS message
               SET state = 'sent', fate = '', provider_reference = mine.provider_reference,
                   lease_until = NULL, ended_at = %s
              FROM unnest(%s::uuid[], %s::int[], %s::text[])
                   AS mine (id, attempts, provider_reference)
             WHERE message.id = mine.id AND message.attempts = mine.attempts
               AND message.state IN ('claimed', 'unknown')
            """,
            [
                now,
                [message.pk for message, _ in sent],
                [message.attempts for message, _ in sent],
                [_storable(reference) for _, reference in sent],
            ],
        )
        return int(cursor.rowcount)


def _storable(reference: str) -> str:
    """Make what a provider answered fit its column: an odd one must not lose the others' ends."""
    return reference.replace("\0", "").encode(errors="replace").decode()[:80]


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


def _after(attempts: int, fate: Fate, *, now: datetime, doubtful: bool) -> dict[str, Any]:
    """What becomes of a message after so many attempts that did not send it."""
    again_at = next_attempt_at(attempts=attempts, now=now)
    if again_at is None:
        ended = _ended(State.FAILED, fate, now=now, doubtful=doubtful)
        return {**ended, "attempts": attempts}
    return {
        "state": State.WAITING,
        "fate": Fate.INTERRUPTED if doubtful else fate,
        "attempts": attempts,
        "attempt_started_at": None,
        "lease_until": None,
        "due_at": again_at,
    }


def _ended(state: State, fate: str, *, now: datetime, doubtful: bool) -> dict[str, Any]:
    return {
        "state": State.UNKNOWN if doubtful else state,
        "fate": Fate.INTERRUPTED if doubtful else fate,
        "lease_until": None,
        "ended_at": now,
    }
