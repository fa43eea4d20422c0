"""Who must have which place, kept in plain Python beside the database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from appointments.services.holding import HOLD_MINUTES

PER_VIAL = 5
SPAN = timedelta(minutes=110)


@dataclass
class Day:
    """A session, as far as it decides whether there is a place."""

    pk: UUID
    vials: int
    is_open: bool = True


@dataclass(frozen=True)
class Time:
    """A slot."""

    pk: UUID
    day: int
    starts_at: datetime


@dataclass
class Ledger:
    """People's places by their number, browsers' holds, and who waits."""

    days: list[Day]
    times: list[Time]
    seats: dict[Time, int]
    places: dict[int, Time] = field(default_factory=dict)
    holds: dict[int, tuple[Time, datetime]] = field(default_factory=dict)
    offered: dict[int, tuple[Time, datetime]] = field(default_factory=dict)

    def hold(self, browser: int, time: Time, now: datetime) -> None:
        """Note what a browser holds."""
        self.holds[browser] = (time, now + timedelta(minutes=HOLD_MINUTES))

    def held(self, browser: int, now: datetime) -> Time | None:
        """Return what a browser holds that can still be booked."""
        time, until = self.holds.get(browser, (None, now))
        return time if time and until > now and time.starts_at > now else None

    def taken(self, now: datetime) -> list[Time]:
        """List the time of each place that is taken: booked, held or offered."""
        promised = [*self.holds.values(), *self.offered.values()]
        return [*self.places.values(), *(time for time, until in promised if until > now)]

    def has_place(self, time: Time, now: datetime, *, but: Time | None = None) -> bool:
        """Tell whether one more gets a place at a time, when ``but`` is given up for it."""
        taken = self.taken(now)
        if but is not None:
            taken.remove(but)
        if not self.days[time.day].is_open or time.starts_at <= now:
            return False
        if taken.count(time) >= self.seats[time]:
            return False
        return self.vials(time.day, [*taken, time]) <= self.days[time.day].vials

    def vials(self, day: int, taken: list[Time]) -> int:
        """Count a day's vials, one person after another: the fewest that do."""
        opened: list[list[datetime]] = []
        for start in sorted(time.starts_at for time in taken if time.day == day):
            last = opened[-1] if opened else []
            if last and len(last) < PER_VIAL and start - last[0] <= SPAN:
                last.append(start)
            else:
                opened.append([start])
        return len(opened)

    def time_at(self, day: UUID, starts_at: datetime) -> Time:
        """Return the time of a session that starts then."""
        found = [
            one for one in self.times if (self.days[one.day].pk, one.starts_at) == (day, starts_at)
        ]
        return found[0]

    def overfull(self, now: datetime) -> list[Time]:
        """List the times that more people have than there is room for."""
        taken = sorted(self.taken(now), key=lambda time: (time.starts_at, time.pk))
        return [time for time, same in groupby(taken) if len(list(same)) > self.seats[time]]
