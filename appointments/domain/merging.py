"""What closing a day, and moving its people to another, would save."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from appointments.domain import vial_planning
from appointments.domain.vial_policy import VialPolicy


@dataclass(frozen=True)
class DayToMerge:
    """A clinic day: who is booked when, and the seats that are free.

    `times`: minutes from opening of people who share vials, sorted. `seats`: free minute -> seats.
    `whole_vials`: people who take a vial each. `vials`: how many the day may use.
    """

    times: Sequence[int]
    seats: Mapping[int, int]
    whole_vials: int
    vials: int
    policy: VialPolicy

    @property
    def people(self) -> int:
        """How many are booked."""
        return len(self.times) + self.whole_vials

    def needs(self, times: Sequence[int]) -> int:
        """Return the vials planned when these minutes are booked, and its whole vials."""
        shared = len(vial_planning.plan_batches(sorted(times), self.policy).batches)
        return shared + self.whole_vials


def vials_saved_by_moving(leaving: DayToMerge, into: DayToMerge) -> int | None:
    """Return the vials saved if everybody of one day moves into the free places of another.

    Each gets a place that shares a vial while there is one, then one that opens a vial where most
    places can share it. What is found can be done, so that many are saved at least; it may be less
    than none. None when the other day lacks places or vials.
    O(people * (people + places) log people).
    """
    seats = {minute: count for minute, count in into.seats.items() if count > 0}
    if sum(seats.values()) < leaving.people:
        return None
    booked = list(into.times)
    for _ in range(len(leaving.times)):
        minute = _next_place(booked, seats, into.policy)
        booked.append(minute)
        seats[minute] -= 1
        if not seats[minute]:
            del seats[minute]
    after = into.needs(booked) + leaving.whole_vials
    if after > into.vials:
        return None
    return leaving.needs(leaving.times) + into.needs(into.times) - after


def _next_place(booked: Iterable[int], seats: Mapping[int, int], policy: VialPolicy) -> int:
    opens = vial_planning.deltas(booked, seats, policy)

    def worth(minute: int) -> tuple[int, int, int]:
        if not opens[minute]:
            return 0, 0, minute
        joined = sum(
            count for other, count in seats.items() if 0 <= other - minute <= policy.span_min
        )
        return 1, -min(joined, policy.booked_per_vial), minute

    return min(seats, key=worth)
