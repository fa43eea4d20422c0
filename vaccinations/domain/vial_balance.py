"""How much is left in a vial, counted in tenths of a millilitre (R16, R21, R25)."""

from collections.abc import Iterable
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
