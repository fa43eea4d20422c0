"""What a row of clinic days would be, and what is wrong with each: shown before any is made."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from appointments.domain.slot_times import slot_starts
from clinics.domain.calendar import OSLO, oslo_date

CUTOFF_HOUR = 16
LONGEST_DAYS = 366  # "at most a year", also from 1 March to 1 March in a leap year


class Fault(StrEnum):
    """What is wrong with a day."""

    OVERLAPS = "overlaps"
    PAST = "past"
    NO_SUCH_TIME = "no_such_time"
    HOLIDAY = "holiday"


# A clinic may want to be open on a holiday; the others cannot be.
STOPS = frozenset({Fault.OVERLAPS, Fault.PAST, Fault.NO_SUCH_TIME})


@dataclass(frozen=True)
class Opening:
    """When a clinic day opens and closes, by Oslo's clocks of that day."""

    opens: time
    closes: time

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Return the two moments of a day."""
        return oslo_moment(day, self.opens), oslo_moment(day, self.closes)


@dataclass(frozen=True)
class PlannedDay:
    """One day of a series, with the seats it would have. ``holiday`` is the name of one."""

    date: date
    starts_at: datetime
    ends_at: datetime
    seats: int
    faults: frozenset[Fault] = field(default_factory=frozenset)
    holiday: str = ""

    @property
    def possible(self) -> bool:
        """Tell whether it can be made at all."""
        return self.faults.isdisjoint(STOPS)

    @property
    def advised(self) -> bool:
        """Tell whether nothing at all is wrong with it."""
        return not self.faults


def oslo_moment(day: date, clock: time) -> datetime:
    """Return a moment by Oslo's clocks: 16:00 is 16:00, summer and winter."""
    return datetime.combine(day, clock, tzinfo=OSLO)


def usual_cutoff(day: date) -> datetime:
    """Return when planning of a day ends unless told: 16:00 in Oslo the day before."""
    return oslo_moment(day - timedelta(days=1), time(CUTOFF_HOUR))


def overlaps(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    """Tell whether two openings share a moment; one may begin when the other ends."""
    return one[0] < other[1] and other[0] < one[1]


def plan_days(
    days: Iterable[date],
    opening: Opening,
    *,
    stations: int,
    slot_minutes: int,
    taken: Collection[tuple[datetime, datetime]],
    holidays: Mapping[date, str],
    now: datetime,
) -> list[PlannedDay]:
    """Plan each day and say what is wrong with it.

    ``taken`` are the openings that the clinic has around these days.
    """
    planned = []
    for day in days:
        starts_at, ends_at = opening.on(day)
        faults = {
            Fault.OVERLAPS: any(overlaps((starts_at, ends_at), other) for other in taken),
            Fault.PAST: starts_at <= now,
            Fault.NO_SUCH_TIME: not _exists(starts_at) or not _exists(ends_at),
            Fault.HOLIDAY: day in holidays,
        }
        planned.append(
            PlannedDay(
                date=day,
                starts_at=starts_at,
                ends_at=ends_at,
                seats=stations * len(list(slot_starts(starts_at, ends_at, slot_minutes))),
                faults=frozenset(fault for fault, found in faults.items() if found),
                holiday=holidays.get(day, ""),
            )
        )
    return planned


def _exists(moment: datetime) -> bool:
    """Tell whether the clocks show this time at all: not in the hour that they jump over."""
    there = moment.astimezone(UTC).astimezone(OSLO)
    return (oslo_date(there), there.time()) == (moment.date(), moment.time())
