"""Whole periods: nobody is lost, every vial is accounted for, and steering saves vaccine."""

import pytest

from appointments.domain import vial_planning
from appointments.simulation import bookings, clinic_day, cutoff, period, standby
from appointments.simulation.comparison import make_row
from appointments.simulation.period import Totals, run_period, run_periods
from appointments.simulation.scenario import CONDUCTS, Scenario
from appointments.simulation.world import World, make_world

QUIET = Scenario(window_hours=1, demand=8)
SCENARIOS = (
    QUIET,
    Scenario(window_hours=8, demand=8, no_show=0.15),
    Scenario(window_hours=0.5, demand=30, no_show=0.3, days=5, lead=2),
    Scenario(window_hours=2, demand=40, stations=2, days=4, lead=30),
)


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda scenario: scenario.name)
def world(request: pytest.FixtureRequest) -> World:
    return make_world(request.param, 4)


@pytest.mark.parametrize("policy", CONDUCTS)
def test_everybody_who_asks_is_accounted_for(world: World, policy: str):
    found = run_period(world, CONDUCTS[policy])
    assert found.requests == len(world.people) == found.refused + found.booked
    assert found.booked == (
        found.cancelled
        + found.cancelled_late
        + found.stayed_away
        + found.failed_screening
        + found.booked_doses
        + found.sent_home
    )


@pytest.mark.parametrize("policy", CONDUCTS)
def test_no_vial_gives_more_than_it_holds_and_none_is_opened_for_nobody(world: World, policy: str):
    found = run_period(world, CONDUCTS[policy])
    assert found.vials <= found.doses <= found.obtainable <= 5 * found.vials


@pytest.mark.parametrize("policy", CONDUCTS)
def test_no_booked_person_is_sent_home(world: World, policy: str):
    assert run_period(world, CONDUCTS[policy]).sent_home == 0


@pytest.mark.parametrize("policy", CONDUCTS)
def test_the_same_seed_gives_the_same_numbers(policy: str):
    first, second = (run_period(make_world(QUIET, 9), CONDUCTS[policy]) for _ in range(2))
    assert first == second


def test_every_policy_meets_the_same_people(world: World):
    found = [run_period(world, conduct) for conduct in CONDUCTS.values()]
    assert len({each.requests for each in found}) == 1
    assert found[0].asked == found[0].standby_doses == found[0].waited == 0


def test_a_standby_person_gets_one_dose_at_most(world: World):
    found = run_period(world, CONDUCTS["full"])
    assert found.standby_doses <= len(world.standby)


def test_each_policy_wastes_less_than_any_slot():
    worlds = [make_world(QUIET, seed) for seed in range(5)]
    rows = [make_row(conduct, run_periods(worlds, conduct)) for conduct in CONDUCTS.values()]
    any_slot, fill_first, repaired, full = (row.vials_per_dose or 0 for row in rows)
    assert full < repaired <= fill_first < any_slot
    assert full / any_slot < 0.62


def test_given_nobody_who_asks_then_there_is_nothing_to_reckon():
    nobody = make_world(Scenario(window_hours=1, demand=0), 1)
    row = make_row(CONDUCTS["full"], run_period(nobody, CONDUCTS["full"]))
    assert row.counts == Totals()
    assert row.vials_per_dose is row.waste is row.preferred is row.mean_wait_min is None


@pytest.mark.parametrize(
    ("module", "names"),
    [
        (bookings, "deltas expected_joiners shortlist"),
        (cutoff, "propose_places cutoff_invites window_clusters"),
        (clinic_day, "hold_minutes spare_dose_probability"),
        (standby, "invite_now invite_for_last_vial"),
        (period, "hindsight_vials"),
    ],
)
def test_it_decides_through_the_functions_of_the_live_system(module: object, names: str):
    for name in names.split():
        assert getattr(module, name) is getattr(vial_planning, name)


@pytest.mark.parametrize(
    ("module", "name", "instead"),
    [
        (bookings, "deltas", lambda times, free, policy: dict.fromkeys(free, 1)),
        (bookings, "expected_joiners", lambda lead, minute, *_: float(minute)),
        (bookings, "shortlist", lambda wanted, *_: list(wanted)[:1]),
        (cutoff, "propose_places", lambda *_: {}),
        (cutoff, "cutoff_invites", lambda *_: 2),
        (cutoff, "window_clusters", lambda *_: []),
        (clinic_day, "hold_minutes", lambda *_: 0),
        (standby, "invite_now", lambda *_: False),
    ],
)
def test_another_rule_gives_other_numbers(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, instead: object
):
    worlds = [make_world(QUIET, seed) for seed in range(3)]
    before = run_periods(worlds, CONDUCTS["full"])
    monkeypatch.setattr(module, name, instead)
    assert run_periods(worlds, CONDUCTS["full"]) != before
