"""A moment of a clinic day, and what can be said of it: the facts of the day's advice."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# Whoever is later than this is no longer counted on; who comes all the same still gets a dose.
GIVEN_UP_AFTER = 30
UNITS_PER_VIAL = 5


class Act(StrEnum):
    """What to do now."""

    GIVE = "give"
    OPEN = "open"
    HOLD = "hold"
    INVITE = "invite"
    WHOLE_VIAL = "whole_vial"
    REBOOK = "rebook"
    NO_STOCK = "no_stock"
    STANDBY_WAITS = "standby_waits"


class Why(StrEnum):
    """Why: each has one sentence, told with the numbers of its advice."""

    WILL_EMPTY = "will_empty"
    EXPIRES_FIRST = "expires_first"
    LEFT_OVER = "left_over"
    UNTOUCHED = "untouched"
    FILLS = "fills"
    NOBODY_MISSED = "nobody_missed"
    NOBODY_ELSE = "nobody_else"
    NO_GAIN = "no_gain"
    WHOLE_VIAL = "whole_vial"
    REACHES_NEXT = "reaches_next"
    SPARE = "spare"
    LAST_PERSON = "last_person"
    BELOW_THRESHOLD = "below_threshold"
    NONE_TO_OPEN = "none_to_open"
    NEXT_VIAL = "next_vial"
    NO_NEXT_VIAL = "no_next_vial"


@dataclass(frozen=True)
class OpenVial:
    """An open vial that may be used: `drawn` doses taken, at most `left` more.

    `invited` standby people were offered a dose of it, or said yes, and have not come.
    """

    id: str
    expiry: int
    drawn: int
    left: int
    invited: int = 0

    @property
    def untouched(self) -> bool:
        """Whether nothing was drawn from it or lost, so that a whole-vial dose may be."""
        return self.drawn == 0 and self.left == UNITS_PER_VIAL


@dataclass(frozen=True)
class DayNow:
    """A clinic day at the minute `now`; all times in whole minutes from opening.

    Since when each of those here waits: `waiting` for a share of a vial, `standby_waiting` for a
    dose left over, `whole_waiting` for a vial of their own. `expected`: the booked minutes of those
    who share and have not come; `whole_expected`: of those who have a vial of their own.
    `with_doctor`: how many are here and wait for the clinician's word. `standby_coming`: standby
    people who come for no vial in particular. `reachable`: standby people who could be asked now.
    `stock`: unopened vials.
    """

    now: int
    closing: int
    waiting: tuple[int, ...] = ()
    expected: tuple[int, ...] = ()
    vials: tuple[OpenVial, ...] = ()
    stock: int = 0
    whole_waiting: tuple[int, ...] = ()
    whole_expected: tuple[int, ...] = ()
    with_doctor: int = 0
    standby_waiting: tuple[int, ...] = ()
    standby_coming: int = 0
    reachable: int = 0


@dataclass(frozen=True)
class Advice:
    """One thing to do, and why. `whole`: it is about a person who takes a vial alone.

    `until` is a minute: when to stop waiting, when the vial ends, or would if opened now. `number`
    counts people: whom the vial serves, how many to invite, or who are still to come for it; for
    GIVE `left` is its doses. `next_at`: the minute of the person that waiting reaches.
    """

    act: Act
    why: Why
    vial: str = ""
    until: int | None = None
    number: int = 0
    left: int = 0
    next_at: int | None = None
    whole: bool = False


def still_expected(day: DayNow) -> tuple[int, ...]:
    """Return the booked minutes of those who are still counted on."""
    return counted_on(day.expected, day.now)


def counted_on(minutes: Sequence[int], now: int) -> tuple[int, ...]:
    """Return the booked minutes that are not too long ago for the person to be counted on."""
    return tuple(minute for minute in minutes if now - minute <= GIVEN_UP_AFTER)
