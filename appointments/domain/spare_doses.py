"""Whether a dose is spare for somebody who came without a time. People booked come first.

Pure: the counts and minutes of one moment in, how many doses are spare out, and why not where none
is. No vial is opened for people without a time alone, as on standby: they take what is left over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from appointments.domain.day_facts import DayNow, OpenVial, counted_on
from appointments.domain.vial_planning import VialPolicy

# Nobody is asked to wait longer than this for the vial that the next booked person opens.
LONGEST_WAIT = 60
_ROUNDING = 1e-9


class SpareWhy(StrEnum):
    """Where the spare dose is, or why there is none."""

    IN_OPEN_VIAL = "in_open_vial"
    IN_NEXT_VIAL = "in_next_vial"
    PEOPLE_FIRST = "people_first"
    NO_VIAL = "no_vial"
    NO_STOCK = "no_stock"


@dataclass(frozen=True)
class Spare:
    """How many doses are spare. ``wait_until``: the minute when the vial they are in is opened."""

    number: int
    why: SpareWhy
    wait_until: int | None = None


def spare_doses(day: DayNow, policy: VialPolicy) -> Spare:
    """Count the doses left when everybody here, expected and invited has had theirs.

    First those in open vials; then those of the vial that is opened for people with a time: at
    once for those who wait, else when the next of them is due. A vial counts with what it gives
    with the chance ``standby_conf``, but what may be in an open one that nobody needs is anybody's.
    O(people). Source: vial planning, on the day.
    """
    usable = [vial for vial in day.vials if vial.left > 0 and day.now < vial.expiry]
    here = len(day.waiting) + len(day.standby_waiting) + day.with_doctor + day.standby_coming
    invited = sum(vial.invited for vial in usable)
    expected = sorted(max(day.now, minute) for minute in counted_on(day.expected, day.now))
    ends = max((vial.expiry for vial in usable), default=day.now)
    coming = [minute for minute in expected if minute < ends]
    needed = here + invited + len(coming)
    if usable and not (day.waiting or day.with_doctor or coming):
        left = sum(vial.left for vial in usable) - needed
        if left > 0:
            return Spare(left, SpareWhy.IN_OPEN_VIAL)
    surplus = _surely_left(usable, policy) - needed
    if usable and surplus > 0:
        return Spare(surplus, SpareWhy.IN_OPEN_VIAL)
    return _in_next_vial(day, policy, usable=usable, expected=expected)


def _in_next_vial(
    day: DayNow, policy: VialPolicy, *, usable: Sequence[OpenVial], expected: Sequence[int]
) -> Spare:
    """Count what is spare in the vials that will be opened for people with a time."""
    none = SpareWhy.PEOPLE_FIRST if usable else SpareWhy.NO_VIAL
    left = _surely_left(usable, policy)
    ahead = len(day.standby_waiting) + day.standby_coming + sum(vial.invited for vial in usable)
    booked = len(day.waiting) + day.with_doctor
    opens_at = day.now if booked and booked + ahead > left else None
    if opens_at is None:
        opens_at = _when_one_more_is_due(expected, left - booked - ahead)
    if opens_at is None or opens_at - day.now > LONGEST_WAIT:
        return Spare(0, none)
    ends = min(opens_at + policy.window_min, day.closing)
    coming = sum(minute <= ends for minute in expected)
    # The one it is opened for is there then.
    sure = max(booked, 1)
    if sure + policy.p_attend_day * (coming + booked - sure) < policy.open_threshold:
        return Spare(0, none)
    stock = day.stock - len(day.whole_waiting) - len(counted_on(day.whole_expected, day.now))
    needed = max(0, booked + ahead + coming - left)
    per_vial = max(1, _sure_yield(0, policy))
    vials = ceil(needed / per_vial)
    if stock < vials:
        return Spare(0, SpareWhy.NO_STOCK if stock <= 0 else SpareWhy.PEOPLE_FIRST)
    spare = vials * per_vial - needed
    if spare <= 0:
        return Spare(0, SpareWhy.PEOPLE_FIRST)
    later = None if opens_at == day.now else opens_at
    return Spare(spare, SpareWhy.IN_NEXT_VIAL, wait_until=later)


def _when_one_more_is_due(expected: Sequence[int], left: int) -> int | None:
    """Return when the first person is due for whom nothing is left in the open vials."""
    first = max(0, left)
    return expected[first] if first < len(expected) else None


def _surely_left(usable: Sequence[OpenVial], policy: VialPolicy) -> int:
    """Return the doses that the open vials still give, each with the chance ``standby_conf``."""
    return sum(min(vial.left, _sure_yield(vial.drawn, policy) - vial.drawn) for vial in usable)


def _sure_yield(drawn: int, policy: VialPolicy) -> int:
    """Return the most doses that a vial gives with the chance ``standby_conf``, ``drawn`` known."""
    possible = [(doses, mass) for doses, mass in policy.yield_mass if doses >= drawn and mass > 0]
    total = sum(mass for _doses, mass in possible)
    sure = drawn
    for doses, _mass in possible:
        chance = sum(mass for more, mass in possible if more >= doses) / total
        if chance + _ROUNDING >= policy.standby_conf:
            sure = max(sure, doses)
    return sure
