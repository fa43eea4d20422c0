"""How many people book at a clinic, and at which times of day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from appointments.domain.time_bands import Band

# The share of people who can come on a given day, where nothing is learned.
CAN_COME = 0.5
# So many bookings spread evenly are thought of beside the real ones: few bookings say little.
PRIOR_WEIGHT = 20


@dataclass(frozen=True)
class Demand:
    """Recent bookings a day, and how many bookings lie in each part of the day."""

    a_day: float
    by_band: Mapping[Band, int]

    @property
    def rate(self) -> float:
        """People a day who book and can come on a given day (vial planning, offering)."""
        return self.a_day * CAN_COME

    def popularity(self, band: Band, among: Collection[Band]) -> float:
        """Return the share of people who choose a part of the day, of those that are open.

        0 to 1, and 1 in all; even where nothing is booked yet. 0 for a part that is not open.
        """
        if band not in among:
            return 0.0
        booked = sum(self.by_band.get(one, 0) for one in among)
        even = PRIOR_WEIGHT / len(set(among))
        return (self.by_band.get(band, 0) + even) / (booked + PRIOR_WEIGHT)
