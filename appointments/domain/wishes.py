"""Which days and parts of the day somebody wants to see times of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from appointments.domain.time_bands import Band, band_of

WEEKDAYS = range(1, 8)


@dataclass(frozen=True)
class Wishes:
    """Weekdays (Monday is 1, as in ISO 8601) and parts of the day; none of a kind: all of it."""

    days: frozenset[int] = frozenset()
    bands: frozenset[Band] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.days or self.bands)

    def suits(self, local: datetime) -> bool:
        """Tell whether a time is wanted, given as clocks in Oslo show it."""
        return (not self.days or local.isoweekday() in self.days) and (
            not self.bands or band_of(local.time()) in self.bands
        )


def read_wishes(days: Iterable[str], bands: Iterable[str]) -> Wishes:
    """Read wishes from an address; what is no day or part of the day is left out."""
    known = {str(day): day for day in WEEKDAYS}
    return Wishes(
        days=frozenset(known[day] for day in days if day in known),
        bands=frozenset(Band(band) for band in bands if band in set(Band)),
    )
