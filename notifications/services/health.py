"""How the outbox is doing: what waits, what is late, and what went wrong lately."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DurationField,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from notifications.domain.lateness import late_when_due_by, waited_before
from notifications.domain.retrying import WAITS
from notifications.models import Message, SweepRun

LATELY = timedelta(hours=1)
State = Message.State
_TO_BE_SENT = Q(state__in=[State.WAITING, State.CLAIMED])
_EVERY = range(len(WAITS) + 1)


@dataclass(frozen=True)
class Late:
    """Messages that should have been sent ten minutes ago: how many, the oldest since when."""

    number: int
    since: datetime


@dataclass(frozen=True)
class LateAt:
    """That a clinic's messages are late, and since when."""

    clinic_slug: str
    since: datetime


@dataclass(frozen=True)
class ChannelHealth:
    """How a channel has done: when something last left by it, and in the last hour how much."""

    channel: str
    last_sent_at: datetime | None
    sent: int
    failed: int
    unknown: int


@dataclass(frozen=True)
class OutboxHealth:
    """The whole outbox. ``due`` wait though their time has come; ``oldest_due_at`` is the first.

    ``failures`` are those of the last hour, by kind and fate.
    """

    waiting: int
    due: int
    oldest_due_at: datetime | None
    late: Late | None
    channels: list[ChannelHealth]
    failures: list[tuple[str, str, int]]

    @property
    def later(self) -> int:
        """How many wait for a time to come."""
        return self.waiting - self.due

    @property
    def failed(self) -> int:
        """How many failed, or may have, in the last hour."""
        return sum(number for _kind, _fate, number in self.failures)


def is_late(now: datetime) -> Q:
    """Select the messages that should have been sent ten minutes ago.

    Those that wait for the morning are due in the morning. One that is tried again counts from when
    it was due at first.
    """
    late = Q(attempts__gte=len(_EVERY), due_at__lte=late_when_due_by(len(_EVERY) - 1, now))
    for attempts in _EVERY:
        late |= Q(attempts=attempts, due_at__lte=late_when_due_by(attempts, now))
    # The bound that the index knows; the others are within it.
    return _TO_BE_SENT & Q(due_at__lte=late_when_due_by(len(_EVERY) - 1, now)) & late


def late_by_clinic(clinics: QuerySet[Any, Any], *, now: datetime) -> list[LateAt]:
    """Return which clinics of a query of ids have late messages, the longest first; one query."""
    late = Message.objects.filter(is_late(now), clinic_id__in=clinics).order_by()
    since = late.values_list("clinic__slug").annotate(since=Min(_first_due()))
    return sorted((LateAt(*row) for row in since), key=lambda one: one.since)


def late_since(clinic: Any, *, now: datetime) -> Subquery:
    """Return since when a clinic's messages are late, None if they are not; for an outer query."""
    late = Message.objects.filter(is_late(now), clinic=clinic).order_by().values("clinic")
    return Subquery(late.annotate(since=Min(_first_due())).values("since"))


def outbox_health(*, now: datetime) -> OutboxHealth:
    """Read how the outbox is doing, for all clinics; four queries."""
    waiting = Message.objects.filter(_TO_BE_SENT).aggregate(
        all=Count("pk"),
        due=Count("pk", filter=Q(due_at__lte=now)),
        oldest=Min("due_at", filter=Q(due_at__lte=now)),
    )
    late = _late(Message.objects.filter(is_late(now)))
    lost = Message.objects.filter(
        state__in=[State.FAILED, State.UNKNOWN], ended_at__gt=now - LATELY
    )
    by_kind = lost.order_by("kind", "fate").values_list("kind", "fate").annotate(Count("pk"))
    return OutboxHealth(
        waiting=waiting["all"],
        due=waiting["due"],
        oldest_due_at=waiting["oldest"],
        late=late,
        channels=_channels(now),
        failures=list(by_kind),
    )


def sweep_runs() -> dict[str, SweepRun]:
    """Return how each task of the schedule last ran, by its name; one query."""
    return SweepRun.objects.in_bulk()


def _late(messages: QuerySet[Message]) -> Late | None:
    found = messages.aggregate(number=Count("pk"), since=Min(_first_due()))
    return Late(found["number"], found["since"]) if found["number"] else None


def _first_due() -> Any:
    """When a message was due at first, whatever its attempts have put it off."""
    return F("due_at") - Case(
        *(When(attempts=n, then=Value(waited_before(n))) for n in _EVERY[1:]),
        default=Value(timedelta()),
        output_field=DurationField(),
    )


def _channels(now: datetime) -> list[ChannelHealth]:
    """Read the day's messages by channel; what went out before that is long ago anyway."""
    ended = Message.objects.filter(ended_at__gt=now - timedelta(days=1)).order_by()
    last: dict[str, datetime] = {}
    lately: Counter[tuple[str, str]] = Counter()
    rows = ended.values_list("channel", "state").annotate(
        last=Max("ended_at"), lately=Count("pk", filter=Q(ended_at__gt=now - LATELY))
    )
    for channel, state, at, number in rows:
        lately[channel, state] += number
        if state == State.SENT:
            last[channel] = at
    return [
        ChannelHealth(
            channel=channel,
            last_sent_at=last.get(channel),
            sent=lately[channel, State.SENT],
            failed=lately[channel, State.FAILED],
            unknown=lately[channel, State.UNKNOWN],
        )
        for channel in Message.Channel.values
    ]
