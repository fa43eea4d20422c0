"""What stands in the way of ending a clinic day: pure, from what was counted."""

from dataclasses import dataclass
from enum import StrEnum


class Hindrance(StrEnum):
    """What is left to do, in the order in which it is done."""

    NOT_BEGUN = "not_begun"
    WAITING = "waiting"
    EXPECTED = "expected"
    OBSERVED = "observed"
    OPEN_VIALS = "open_vials"
    THAWED = "thawed"
    FEES = "fees"
    CASES = "cases"


@dataclass(frozen=True)
class DayFacts:
    """Count what is undone at a day's end; no number is negative.

    ``waiting`` have arrived and nothing has come of it, ``expected`` have not come, ``observed``
    sit under observation. ``open_vials`` are not balanced; ``thawed`` vials are unopened and die
    tonight. ``fees`` are vaccinated people whose fee nobody has asked about. ``cases`` wait for a
    clinician; ``cases_told``: somebody has said that the clinician knows.
    """

    begun: bool = True
    waiting: int = 0
    expected: int = 0
    observed: int = 0
    open_vials: int = 0
    thawed: int = 0
    fees: int = 0
    cases: int = 0
    cases_told: bool = False


def hindrances(facts: DayFacts) -> tuple[Hindrance, ...]:
    """List what stands in the way of ending the day; empty when it may be ended."""
    stands = {
        Hindrance.NOT_BEGUN: not facts.begun,
        Hindrance.WAITING: facts.waiting > 0,
        Hindrance.EXPECTED: facts.expected > 0,
        Hindrance.OBSERVED: facts.observed > 0,
        Hindrance.OPEN_VIALS: facts.open_vials > 0,
        Hindrance.THAWED: facts.thawed > 0,
        Hindrance.FEES: facts.fees > 0,
        Hindrance.CASES: facts.cases > 0 and not facts.cases_told,
    }
    return tuple(hindrance for hindrance, found in stands.items() if found)
