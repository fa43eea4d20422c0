"""Parts of a day, as people speak of them when they say when they can come."""

from datetime import time
from enum import StrEnum


class Band(StrEnum):
    """A part of the day, by the clock in Oslo."""

    MORNING = "morning"
    MIDDAY = "midday"
    AFTERNOON = "afternoon"
    EVENING = "evening"


# The first minute that is in a band no more.
_UNTIL = (
    (Band.MORNING, time(11)),
    (Band.MIDDAY, time(14)),
    (Band.AFTERNOON, time(17)),
)


def band_of(clock: time) -> Band:
    """Return the part of the day that a time by the clock in Oslo lies in."""
    return next((band for band, until in _UNTIL if clock < until), Band.EVENING)
