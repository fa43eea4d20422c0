"""The people and vials of a simulated period, drawn beforehand: every policy meets the same ones.

Source of the numbers: vial planning, the simulator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from random import Random

from appointments.domain.vial_planning import VialPolicy
from appointments.simulation.scenario import OPENING_MIN, SLOTS, Scenario

# From, to and share of the people: who can take which minutes of a day they can come.
BANDS = (((0, OPENING_MIN), 0.25), ((0, 180), 0.25), ((180, 300), 0.20), ((300, OPENING_MIN), 0.30))
POPULARITY = {
    minute: sum(share for (first, end), share in BANDS if first <= minute < end) for minute in SLOTS
}
CAN_COME_THAT_DAY = 0.5
MEAN_BURST_DAYS = 5.0
CANCELS, CANCELS_LATE = 0.10, 0.04
FAILS_SCREENING = 0.03
TAKES_SHORTLISTED = 0.85
AGREES_TO_MOVE = 0.60
STANDBY_SHARE = 0.15  # standby people for each request
STANDBY_ACCEPTS, STANDBY_COMES = 0.70, 0.95
STANDBY_ETA = (25, 60)


class Fate(Enum):
    """What a booked person will do, unless they are moved or sent home."""

    COMES = "comes"
    CANCELS = "cancels"
    CANCELS_LATE = "cancels late"
    STAYS_AWAY = "stays away"


@dataclass(frozen=True)
class Person:
    """Hold somebody who asks for a time, and everything they will do.

    `asked_at` in days from the release; `days`: the clinic days they can take; `band`: first
    and end minute; `notice`: how far into the time between booking and cutoff they cancel;
    `taste`: which of the places shown they pick, 0 to 1; `lateness` in minutes.
    """

    asked_at: float
    days: tuple[int, ...]
    band: tuple[int, int]
    fate: Fate
    fails_screening: bool
    notice: float
    taste: float
    follows_shortlist: bool
    agrees_to_move: bool
    lateness: int


@dataclass(frozen=True)
class StandbyDay:
    """Hold what a standby person will do on one day if called; `eta` in minutes."""

    available: bool
    accepts: bool
    comes: bool
    eta: int


@dataclass(frozen=True)
class World:
    """Hold a period: people by the time they ask, standby[person][day], yields[day][vial]."""

    scenario: Scenario
    people: Sequence[Person]
    standby: Sequence[Sequence[StandbyDay]]
    yields: Sequence[Sequence[int]]


def make_world(scenario: Scenario, seed: int) -> World:
    """Draw the world of one seed. The same scenario and seed give the same world."""
    requests = _poisson(scenario.demand * scenario.days, _stream(seed, "requests"))
    draw = _stream(seed, "people")
    people = sorted(
        (_person(scenario, draw) for _ in range(requests)), key=lambda person: person.asked_at
    )
    draw = _stream(seed, "standby")
    standby = [
        [_standby_day(draw) for _ in range(scenario.days)]
        for _ in range(round(STANDBY_SHARE * requests))
    ]
    draw = _stream(seed, "yields")
    doses, mass = zip(*VialPolicy(scenario.window_min).yield_mass, strict=True)
    # Nobody needs more vials on a day than one each.
    most = len(SLOTS) * scenario.stations + len(standby)
    yields = [draw.choices(doses, mass, k=most) for _ in range(scenario.days)]
    return World(scenario, people, standby, yields)


def _stream(seed: int, name: str) -> Random:
    return Random(f"{name} {seed}")  # noqa: S311 - a simulation, no secret


def _poisson(mean: float, draw: Random) -> int:
    count, waited = 0, draw.expovariate(1)
    while waited < mean:
        count += 1
        waited += draw.expovariate(1)
    return count


def _person(scenario: Scenario, draw: Random) -> Person:
    in_burst, uniform = draw.random() < 0.5, draw.random()
    burst_at = draw.expovariate(1 / MEAN_BURST_DAYS)
    fate = draw.random()
    return Person(
        asked_at=burst_at if in_burst else uniform * (scenario.lead + scenario.days - 1),
        days=tuple(day for day in range(scenario.days) if draw.random() < CAN_COME_THAT_DAY),
        band=draw.choices([band for band, _ in BANDS], [share for _, share in BANDS])[0],
        fate=_fate(fate, scenario.no_show),
        fails_screening=draw.random() < FAILS_SCREENING,
        notice=draw.random(),
        taste=draw.random(),
        follows_shortlist=draw.random() < TAKES_SHORTLISTED,
        agrees_to_move=draw.random() < AGREES_TO_MOVE,
        lateness=max(-10, min(10, round(draw.gauss(-3, 5)))),
    )


def _fate(drawn: float, no_show: float) -> Fate:
    for share, fate in (
        (CANCELS, Fate.CANCELS),
        (CANCELS_LATE, Fate.CANCELS_LATE),
        (no_show, Fate.STAYS_AWAY),
    ):
        if drawn < share:
            return fate
        drawn -= share
    return Fate.COMES


def _standby_day(draw: Random) -> StandbyDay:
    return StandbyDay(
        available=draw.random() < CAN_COME_THAT_DAY,
        accepts=draw.random() < STANDBY_ACCEPTS,
        comes=draw.random() < STANDBY_COMES,
        eta=draw.randint(*STANDBY_ETA),
    )
