"""The figures of a clinic day and what they say: waste, the bound in hindsight, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from appointments.domain.vial_planning import TooFewYieldsError, hindsight_vials

# Nobody waits longer than this in the bound, as in the simulation.
LONGEST_WAIT_MIN = 20
DOSES_PER_VIAL = 5


class Why(StrEnum):
    """What made a day take more vaccine than it needed; the clearest first."""

    BROKEN = "broken"
    CONTAMINATED = "contaminated"
    WINDOW_ENDED = "window_ended"
    END_OF_DAY = "end_of_day"
    NOT_OBTAINABLE = "not_obtainable"
    LOST_UNOPENED = "lost_unopened"
    NO_SHOWS = "no_shows"
    TURNED_AWAY = "turned_away"


@dataclass(frozen=True)
class DayNumbers:
    """Hold the figures of a session: people, doses, vials.

    ``booked`` had a time, ``standby`` were invited at short notice, ``walk_ins`` just came;
    ``came`` are those of them who came. ``undone`` are neither: they wait or are expected still.
    ``units`` are tenths of a millilitre given: a subcutaneous dose is five. ``discarded`` holds
    tenths by reason; ``not_obtainable`` are tenths that could not be drawn. ``fewest_vials`` is the
    bound.
    """

    booked: int = 0
    standby: int = 0
    walk_ins: int = 0
    came: int = 0
    vaccinated: int = 0
    no_shows: int = 0
    turned_away: int = 0
    left: int = 0
    declined: int = 0
    undone: int = 0
    doses: int = 0
    units: int = 0
    vials: int = 0
    discarded: Mapping[str, int] = field(default_factory=dict)
    not_obtainable: int = 0
    lost_unopened: int = 0
    fewest_vials: int = 0
    asked: int = 0
    moved: int = 0
    standby_used: int = 0
    paid: int = 0
    exempt: int = 0
    pay_later: int = 0

    @property
    def wasted(self) -> int:
        """How many doses of opened vials were thrown away."""
        return sum(self.discarded.values())

    @property
    def waste(self) -> float | None:
        """The share of the doses that the opened vials could give; None when none was opened.

        As in the simulation: what a vial could not give is not in it.
        """
        obtainable = self.units + self.wasted
        return self.wasted / obtainable if obtainable else None

    @property
    def waste_percent(self) -> float | None:
        """The waste in per cent."""
        return None if self.waste is None else 100 * self.waste

    @property
    def vials_over(self) -> int:
        """How many vials more than the fewest were opened."""
        return max(0, self.vials - self.fewest_vials)

    @property
    def why(self) -> list[tuple[Why, int]]:
        """What the waste and the vials too many came of, with its number."""
        found = {
            **{why: self.discarded.get(why, 0) for why in list(Why)[:4]},
            Why.NOT_OBTAINABLE: self.not_obtainable,
            Why.LOST_UNOPENED: self.lost_unopened,
            Why.NO_SHOWS: self.no_shows,
            Why.TURNED_AWAY: self.turned_away,
        }
        return [(why, number) for why, number in found.items() if number]

    def snapshot(self) -> dict[str, Any]:
        """Return the figures as what JSON can hold."""
        return asdict(self) | {"discarded": dict(self.discarded)}


def from_snapshot(kept: Mapping[str, Any]) -> DayNumbers:
    """Read figures that were kept; what was not counted then is 0."""
    known = {one.name for one in fields(DayNumbers)}
    return DayNumbers(**{name: value for name, value in kept.items() if name in known})


def total(days: Iterable[DayNumbers]) -> DayNumbers:
    """Add days up."""
    added: dict[str, Any] = {one.name: 0 for one in fields(DayNumbers) if one.name != "discarded"}
    discarded: dict[str, int] = {}
    for day in days:
        for name in added:
            added[name] += getattr(day, name)
        for reason, number in day.discarded.items():
            discarded[reason] = discarded.get(reason, 0) + number
    return DayNumbers(**added, discarded=discarded)


def fewest_vials(
    arrivals: Sequence[int],
    *,
    whole: int,
    yields: Sequence[int],
    window_min: int,
    used: int,
) -> int:
    """Count the fewest vials that could have served those who got a dose, in hindsight.

    ``arrivals`` in minutes are of the doses that share vials, ``whole`` doses took one each.
    ``yields`` are what the shared vials could give, in the order they were opened. What was
    ``used`` did serve them, so the bound is never above it: somebody may have waited longer than
    the bound lets anybody wait.
    """
    enough = [*yields, *[DOSES_PER_VIAL] * len(arrivals)]
    try:
        shared = hindsight_vials(arrivals, window_min, enough, LONGEST_WAIT_MIN)
    except TooFewYieldsError:  # vials that gave nothing, and more arrivals than they had room for
        return used
    return min(used, shared + whole)
