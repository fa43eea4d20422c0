"""What a stored decision may look like: the shape of what is kept as JSON or text."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from eligibility.domain.decision import Flag, Outcome, Route, Setting

# Outcomes with a course: the others have none.
WITH_A_COURSE = frozenset({Outcome.ELIGIBLE, Outcome.DEFER, Outcome.CLINICIAN_REVIEW})
_VOLUMES = {Route.INTRADERMAL: Decimal("0.1"), Route.SUBCUTANEOUS: Decimal("0.5")}
_KEYS = {"doses", "route", "volume_ml", "next_dose", "min_interval_days", "earliest_on"}
_GROUPS = {"", "1", "2", "3"}


def is_course(kept: object) -> bool:
    """Tell whether a JSON value is a course as ``keep`` writes it (R16, R21)."""
    if not isinstance(kept, Mapping) or set(kept) != _KEYS:
        return False
    try:
        volume = _VOLUMES[Route(kept["route"])]
        date.fromisoformat(kept["earliest_on"])
        fits = Decimal(kept["volume_ml"]) == volume
    except (ValueError, TypeError, ArithmeticError):
        return False
    doses, following = kept["doses"], kept["next_dose"]
    counts = (doses, following) in ((1, 1), (2, 1), (2, 2))
    return fits and counts and kept["min_interval_days"] == 28


def fits_outcome(course: object, outcome: str) -> bool:
    """Tell whether there is a course where the outcome has one, and none elsewhere.

    A review may be about somebody whose course is complete, and then suggests none.
    """
    if course is None:
        return outcome not in {Outcome.ELIGIBLE, Outcome.DEFER}
    return outcome in WITH_A_COURSE


def are_known(*, group: object, setting: object, flags: object) -> bool:
    """Tell whether a kept group, setting and flags are words that the rules use."""
    settings = {"", *map(str, Setting)}
    listed = flags if isinstance(flags, list) else [None]
    return group in _GROUPS and setting in settings and set(listed) <= set(map(str, Flag))
