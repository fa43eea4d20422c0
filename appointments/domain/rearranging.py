"""Who keeps a place when a session is changed under people, and where the others can go.

Earliest booked, first served, both times: nobody loses a place to somebody who booked later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from appointments.domain.slot_times import minute_of
from appointments.domain.vial_planning import VialPolicy, deltas, min_vials
from clinics.domain.calendar import OSLO, oslo_date

# Whoever gets an earlier time than before must have a day to read of it.
NOTICE = timedelta(hours=24)


class Rearranging(StrEnum):
    """What is done to a session that people have times in."""

    CHANGE = "change"
    MOVE = "move"
    CANCEL = "cancel"


class DisplacedEnd(StrEnum):
    """How staff ended the matter of one whose time was changed; a time or a dose ends it too."""

    TOLD = "told"
    DECLINED = "declined"


@dataclass(frozen=True)
class Booked:
    """Somebody with a place in the session. ``wanted`` is the start to keep, if there is room.

    ``group`` is the one whose times are offered, None for any. ``fixed``: has come, or the time has
    begun; ``follows`` is False for one who is never given another time without being asked.
    """

    key: Any
    was_at: datetime
    wanted: datetime
    seat: int | None
    booked_at: datetime
    whole_vial: bool = False
    group: int | None = None
    not_before: date | None = None
    fixed: bool = False
    follows: bool = True


@dataclass(frozen=True)
class Day:
    """A session with what is taken in it already. ``free`` has the seats free at each start."""

    key: Any
    opens_at: datetime
    groups: frozenset[int]
    policy: VialPolicy
    vials: int
    free: Mapping[datetime, frozenset[int]]
    taken: tuple[datetime, ...] = ()
    whole_vials: int = 0


@dataclass(frozen=True)
class Spot:
    """A place: a session, a start and a seat."""

    day: Any
    starts_at: datetime
    seat: int | None


@dataclass(frozen=True)
class Arrangement:
    """The place of everybody; ``lost`` are those there is none for."""

    spots: Mapping[Any, Spot]
    lost: frozenset[Any]


def rearrange(
    people: Iterable[Booked], here: Day, elsewhere: Iterable[Day], *, now: datetime
) -> Arrangement:
    """Give everybody in a changed session a place, or name them as lost.

    ``here`` is the session as it will be, with nobody in it; ``elsewhere`` are the clinic's other
    open sessions. First those who stay where they are, then the others: in the same session, else
    on the nearest day; a time that shares a vial before one that does not, then the nearest by the
    clock. Nobody takes a place twice, a place before their first day, or an earlier one than they
    had without NOTICE, and no session promises more vials than it has. O(people * places).
    """
    ordered = sorted(people, key=lambda one: (not one.fixed, one.booked_at, str(one.key)))
    own = _Room(here)
    rooms = [own, *(_Room(day) for day in elsewhere)]
    spots: dict[Any, Spot] = {}
    for one in ordered:
        kept = own.keep(one, now)
        if kept:
            spots[one.key] = kept
    for one in ordered:
        if one.key not in spots and one.follows:
            found = _best(one, rooms, now)
            if found:
                spots[one.key] = found
    return Arrangement(spots, frozenset(one.key for one in ordered if one.key not in spots))


class _Room:
    """A session while it is being filled."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.free = {start: set(seats) for start, seats in day.free.items()}
        self.minutes = sorted(minute_of(start, day.opens_at) for start in day.taken)
        self.whole = day.whole_vials

    def keep(self, one: Booked, now: datetime) -> Spot | None:
        """Let somebody stay at the start they had, on the seat they had when it is free."""
        seats = self.free.get(one.wanted)
        if one.seat is None:  # on standby, with neither seat nor vial
            stays = one.fixed or (one.wanted == one.was_at and seats is not None)
            return Spot(self.day.key, one.wanted, None) if stays else None
        if one.fixed:  # whatever it takes: they are here
            if seats:
                return self.take(one, one.wanted)
            self._promise(one, one.wanted)
            return Spot(self.day.key, one.wanted, one.seat)
        if not seats or not may_come(one, one.wanted, now) or not self.costs(one, [one.wanted]):
            return None
        return self.take(one, one.wanted)

    def costs(self, one: Booked, starts: Sequence[datetime]) -> dict[datetime, int]:
        """Return the vials that a place at each start adds, where the session has as many left."""
        policy = self.day.policy
        needed = min_vials(self.minutes, policy.span_min, policy.booked_per_vial) + self.whole
        spare = self.day.vials - needed
        if one.whole_vial:
            return dict.fromkeys(starts, 1) if spare > 0 else {}
        minute = {start: minute_of(start, self.day.opens_at) for start in starts}
        extra = deltas(self.minutes, sorted(set(minute.values())), policy)
        return {start: extra[minute[start]] for start in starts if extra[minute[start]] <= spare}

    def take(self, one: Booked, start: datetime) -> Spot:
        """Take a free place: the seat somebody had, if it is free, else the lowest."""
        seats = self.free[start]
        seat = one.seat if one.seat in seats else min(seats)
        seats.discard(seat)
        self._promise(one, start)
        return Spot(self.day.key, start, seat)

    def _promise(self, one: Booked, start: datetime) -> None:
        if one.whole_vial:
            self.whole += 1
        elif one.seat is not None:
            self.minutes.append(minute_of(start, self.day.opens_at))
            self.minutes.sort()


def may_come(one: Booked, start: datetime, now: datetime) -> bool:
    """Tell whether a start suits somebody: not begun, not before their first day, and with notice.

    A later start than before needs no notice (A11 for the first day).
    """
    if one.not_before and oslo_date(start) < one.not_before:
        return False
    return start > now and (start >= one.was_at or start >= now + NOTICE)


def _best(one: Booked, rooms: Sequence[_Room], now: datetime) -> Spot | None:
    own, *others = rooms
    home = oslo_date(one.was_at)
    near = sorted(
        others,
        key=lambda room: (abs(oslo_date(room.day.opens_at) - home), room.day.opens_at),
    )
    for room in [own, *near]:
        if room is not own and one.group is not None and one.group not in room.day.groups:
            continue
        starts = [
            start for start, seats in room.free.items() if seats and may_come(one, start, now)
        ]
        costs = room.costs(one, starts)
        if costs:
            start = min(costs, key=lambda at: (costs[at], _apart(at, one.was_at), at))
            return room.take(one, start)
    return None


def _apart(one: datetime, other: datetime) -> int:
    """Return the minutes between two times of day by the clock in Oslo."""
    clocks = [moment.astimezone(OSLO) for moment in (one, other)]
    minutes = [clock.hour * 60 + clock.minute for clock in clocks]
    return abs(minutes[0] - minutes[1])
