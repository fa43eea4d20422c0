"""How much is left in a vial, counted in tenths of a millilitre (R16, R21, R25)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

# 0.5 ml: five intradermal doses, or one subcutaneous dose that takes all of it.
UNITS_PER_VIAL = 5
_UNIT_ML = Decimal("0.1")

VOLUME_ML = {"intradermal": Decimal("0.1"), "subcutaneous": Decimal("0.5")}


def units(volume_ml: Decimal) -> int:
    """Return how many tenths of a millilitre a dose takes."""
    return int(volume_ml / _UNIT_ML)


def units_left(given_ml: Iterable[Decimal], *, discarded: int, not_obtainable: int) -> int:
    """Return how many tenths of a millilitre a vial still holds; never below 0."""
    given = sum(units(volume) for volume in given_ml)
    return max(0, UNITS_PER_VIAL - given - discarded - not_obtainable)


@dataclass(frozen=True)
class Corrected:
    """What a vial's account of what was not given is, after a late dose was found to be in it."""

    discarded: int
    not_obtainable: int


def take_late(wanted: int, *, left: int, discarded: int, not_obtainable: int) -> Corrected | None:
    """Make room in a vial's account for a dose that was given and not written down in time.

    What is still left goes first, then what was put down as not obtainable, then as thrown away:
    it cannot have been, for it was given. None where the doses on record leave no room for it.
    """
    missing = max(0, wanted - left)
    from_rest = min(missing, not_obtainable)
    from_bin = missing - from_rest
    if from_bin > discarded:
        return None
    return Corrected(discarded - from_bin, not_obtainable - from_rest)
