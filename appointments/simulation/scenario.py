"""What a simulated clinic is like, and how its policies differ."""

from dataclasses import dataclass
from math import isfinite

from appointments.domain.vial_planning import VialPolicy

OPENING_MIN = 480  # a clinic day of 8 hours
SLOT_MIN = 10
SLOTS = range(0, OPENING_MIN, SLOT_MIN)
CUTOFF_BEFORE_DAY = 16 / 24  # days: 16:00 the day before, for a day that opens at 8:00

# Field, smallest and largest value that a scenario may have.
_BOUNDS: tuple[tuple[str, float, float], ...] = (
    ("window_hours", 1 / 60, 8),
    ("demand", 0, 1000),
    ("no_show", 0, 0.8),
    ("stations", 1, 50),
    ("days", 1, 366),
    ("lead", 1, 366),
)


class ImpossibleScenarioError(ValueError):
    """A number of a scenario that cannot be meant; `field` names it, with its bounds."""

    def __init__(self, field: str, least: float, most: float) -> None:
        super().__init__(f"{field} must be from {least:g} to {most:g}")
        self.field = field
        self.least = least
        self.most = most


@dataclass(frozen=True)
class Scenario:
    """Hold the numbers of a simulated clinic period.

    `demand`: requests a clinic day; `no_show`: share of the bookings; `stations`: people a slot;
    `lead`: days from the release of the times to the first clinic day.
    Raises ImpossibleScenarioError.
    """

    window_hours: float
    demand: float
    no_show: float = 0.10
    stations: int = 1
    days: int = 20
    lead: int = 10

    def __post_init__(self) -> None:
        for field, least, most in _BOUNDS:
            value = getattr(self, field)
            if not (isfinite(value) and least <= value <= most):
                raise ImpossibleScenarioError(field, least, most)

    @property
    def window_min(self) -> int:
        """The in-use time of a vial in whole minutes."""
        return max(1, round(self.window_hours * 60))

    @property
    def name(self) -> str:
        """A short name for tables and pictures."""
        stations = "" if self.stations == 1 else f", {self.stations} stations"
        return f"{self.demand:g} a day, vial lives {self.window_hours:g} h{stations}"


# The scenarios of the bars. Source: vial planning, bars.
PUBLIC = (
    Scenario(window_hours=1, demand=8, no_show=0.10),
    Scenario(window_hours=8, demand=8, no_show=0.15),
    Scenario(window_hours=1, demand=20, no_show=0.10),
    Scenario(window_hours=3, demand=20, no_show=0.20),
    Scenario(window_hours=1, demand=60, no_show=0.10, stations=2),
)


@dataclass(frozen=True)
class Conduct:
    """Hold what a clinic does about its vials; each policy of the comparison does one more."""

    name: str
    steers: bool = False  # shows the times first that share a vial, and waits a little to fill one
    repairs: bool = False  # asks a few people at the cutoff to move
    calls_standby: bool = False

    def rules(self, scenario: Scenario) -> VialPolicy:
        """Return the vial policy of a session in this scenario."""
        return VialPolicy(window_min=scenario.window_min, hold_min=20 if self.steers else 0)


CONDUCTS = {
    conduct.name: conduct
    for conduct in (
        Conduct("any-slot"),
        Conduct("fill-first", steers=True),
        Conduct("fill-first+repair", steers=True, repairs=True),
        Conduct("full", steers=True, repairs=True, calls_standby=True),
    )
}
