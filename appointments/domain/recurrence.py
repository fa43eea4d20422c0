"""On which days something happens that happens every week or every month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.rrule import MO, MONTHLY, WEEKLY, rrule, weekday

LAST = -1


@dataclass(frozen=True)
class Weekly:
    """Some weekdays (Monday is 0) of every week, or of every second, third, ... one.

    The week of the first of these days is the first that counts.
    """

    weekdays: frozenset[int]
    every: int = 1


@dataclass(frozen=True)
class Monthly:
    """The n-th such weekday (Monday is 0) of each month: 1 to 4, or LAST."""

    weekday: int
    nth: int


Pattern = Weekly | Monthly


def days_of(pattern: Pattern, first: date, until: date) -> list[date]:
    """List the days of a pattern from a day until another, both included, in order."""
    return [moment.date() for moment in _moments(pattern, first, until)]


def _moments(pattern: Pattern, first: date, until: date) -> Iterable[datetime]:
    """Yield midnights without a time zone: the hour is added afterwards, by Oslo's clocks."""
    end = datetime.combine(until, time())
    if isinstance(pattern, Monthly):
        start = datetime.combine(first, time())
        yield from rrule(
            MONTHLY, dtstart=start, until=end, byweekday=weekday(pattern.weekday, pattern.nth)
        )
        return
    wait = min((day - first.weekday()) % 7 for day in pattern.weekdays)
    start = datetime.combine(first + timedelta(days=wait), time())
    yield from rrule(
        WEEKLY,
        dtstart=start,
        until=end,
        interval=pattern.every,
        byweekday=sorted(pattern.weekdays),
        wkst=MO,
    )
