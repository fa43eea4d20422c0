"""Vials for each dose: the public scenarios, 20 seeds each, `full` beside `any-slot`."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import process_time

from appointments.simulation.comparison import Row, make_row
from appointments.simulation.period import run_periods
from appointments.simulation.scenario import CONDUCTS, PUBLIC, Scenario
from appointments.simulation.world import World, make_world
from benchmarks.bars import Bar, at_most, show

SEEDS = range(20)
# Of each public scenario: vials per dose, `full` to `any-slot`. Source: vial planning, bars.
RATIOS = (0.62, 0.85, 0.75, 0.90, 0.935)


@dataclass(frozen=True)
class Measured:
    """Hold both policies in one scenario, and the seconds of processor that `full` took."""

    scenario: Scenario
    ordinary: Row
    full: Row
    seconds: float


def run() -> list[Bar]:
    """Simulate, and return the ratio of each scenario and the worst of what holds everywhere."""
    found = [_measure(scenario) for scenario in PUBLIC]
    ratios = [
        at_most(f"{each.scenario.name}: ratio", _ratio(each), bar)
        for each, bar in zip(found, RATIOS, strict=True)
    ]
    full = [each.full for each in found]
    everywhere = [
        at_most("worst: vials to the fewest in hindsight", _most(r.hindsight for r in full), 1.03),
        at_most("all: booked people sent home", float(sum(r.sent_home for r in full)), 0),
        at_most("worst: bookings moved", 100 * _most(r.moved for r in full), 4, "%"),
        at_most("worst: bookings asked to move", 100 * _most(r.asked for r in full), 7, "%"),
        at_most("worst: preferred times lost to any-slot", _most_lost(found), 0.5, "pts"),
        at_most("worst: mean wait for a dose", _most(r.mean_wait_min for r in full), 2, "min"),
    ]
    busiest = max(found, key=lambda each: each.scenario.demand)
    speed = at_most(f"{len(SEEDS)} seeds, 60 a day: one core", busiest.seconds, 60, "s")
    return [*ratios, *everywhere, speed]


def _measure(scenario: Scenario) -> Measured:
    begun = process_time()
    worlds = [make_world(scenario, seed) for seed in SEEDS]
    full = _row("full", worlds)
    seconds = process_time() - begun
    return Measured(scenario, _row("any-slot", worlds), full, seconds)


def _row(policy: str, worlds: list[World]) -> Row:
    conduct = CONDUCTS[policy]
    return make_row(conduct, run_periods(worlds, conduct))


def _ratio(each: Measured) -> float:
    return (each.full.vials_per_dose or 0) / (each.ordinary.vials_per_dose or 1)


def _most_lost(found: list[Measured]) -> float:
    """Return by how many points fewer got a time they had asked for, at the most."""
    return 100 * max((e.ordinary.preferred or 0) - (e.full.preferred or 0) for e in found)


def _most(values: Iterable[float | None]) -> float:
    return max(value or 0 for value in values)


if __name__ == "__main__":
    show(run())
