"""The world is drawn from the seed alone, with the shares of the specification."""

from dataclasses import replace
from statistics import mean

import pytest

from appointments.simulation.scenario import PUBLIC, ImpossibleScenarioError, Scenario
from appointments.simulation.world import Fate, make_world

BUSY = Scenario(window_hours=1, demand=100, no_show=0.2)


def test_the_same_seed_gives_the_same_world():
    assert make_world(BUSY, 7) == make_world(BUSY, 7)


def test_another_seed_gives_another_world():
    assert make_world(BUSY, 7).people != make_world(BUSY, 8).people


def test_people_stand_in_the_order_in_which_they_ask():
    moments = [person.asked_at for person in make_world(BUSY, 1).people]
    assert moments == sorted(moments)


def test_the_shares_are_those_of_the_specification():
    people = [person for seed in range(10) for person in make_world(BUSY, seed).people]

    def share(of: list[bool]) -> float:
        return sum(of) / len(people)

    assert len(people) == pytest.approx(10 * 20 * 100, rel=0.02)
    assert share([p.fate is Fate.CANCELS for p in people]) == pytest.approx(0.10, abs=0.01)
    assert share([p.fate is Fate.CANCELS_LATE for p in people]) == pytest.approx(0.04, abs=0.01)
    assert share([p.fate is Fate.STAYS_AWAY for p in people]) == pytest.approx(0.20, abs=0.01)
    assert share([p.fails_screening for p in people]) == pytest.approx(0.03, abs=0.01)
    assert share([p.follows_shortlist for p in people]) == pytest.approx(0.85, abs=0.01)
    assert share([p.agrees_to_move for p in people]) == pytest.approx(0.60, abs=0.01)
    assert share([p.band == (180, 300) for p in people]) == pytest.approx(0.20, abs=0.01)
    assert mean(len(p.days) for p in people) == pytest.approx(10, abs=0.1)
    assert mean(p.lateness for p in people) == pytest.approx(-3, abs=0.2)
    assert all(-10 <= p.lateness <= 10 for p in people)


def test_standby_people_are_a_share_of_the_requests():
    world = make_world(BUSY, 3)
    assert len(world.standby) == round(0.15 * len(world.people))
    assert all(25 <= day.eta <= 60 for days in world.standby for day in days)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("window_hours", 0),
        ("window_hours", 8.5),
        ("demand", -1),
        ("demand", float("nan")),
        ("no_show", 0.81),
        ("stations", 0),
        ("days", 0),
        ("lead", 0),
    ],
)
def test_an_impossible_number_is_refused_by_the_name_of_its_field(field: str, value: float):
    with pytest.raises(ImpossibleScenarioError) as refusal:
        replace(BUSY, **{field: value})
    assert refusal.value.field == field


def test_the_public_scenarios_are_five_with_names_of_their_own():
    assert len({scenario.name for scenario in PUBLIC}) == 5
