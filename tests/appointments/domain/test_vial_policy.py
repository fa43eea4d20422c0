"""Which numbers a vial policy may hold."""

from dataclasses import replace
from json import dumps, loads
from math import inf, nan
from typing import Any

import pytest

from appointments.domain.vial_planning import ImpossiblePolicyError, VialPolicy

DEMO = VialPolicy(window_min=120)


def test_a_policy_needs_only_the_window_and_has_the_defaults_of_the_contract():
    assert VialPolicy(120) == VialPolicy(
        window_min=120,
        margin_min=10,
        booked_per_vial=5,
        yield_mass=((3, 0.05), (4, 0.20), (5, 0.75)),
        p_attend_cutoff=0.85,
        p_attend_day=0.90,
        min_batch=3,
        join_discount=0.4,
        need_joiners=3.0,
        max_moves=2,
        move_cost=0.3,
        max_asks=6,
        hold_min=20,
        standby_conf=0.90,
        standby_eta=30,
        standby_cut_share=0.6,
        open_threshold=1,
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("window_min", 0),
        ("window_min", 481),
        ("window_min", -5),
        ("margin_min", -1),
        ("booked_per_vial", 0),
        ("p_attend_cutoff", 1.01),
        ("p_attend_cutoff", -0.01),
        ("p_attend_day", nan),
        ("min_batch", 0),
        ("join_discount", 1.5),
        ("need_joiners", -1),
        ("need_joiners", inf),
        ("max_moves", -1),
        ("move_cost", -0.1),
        ("max_asks", -1),
        ("hold_min", -1),
        ("standby_conf", 1.1),
        ("standby_eta", -1),
        ("standby_cut_share", 2),
        ("open_threshold", -1),
        ("yield_mass", ()),
        ("yield_mass", ((5, 0.9),)),
        ("yield_mass", ((4, 0.6), (5, 0.6))),
        ("yield_mass", ((4, -0.5), (5, 1.5))),
        ("yield_mass", ((0, 0.5), (5, 0.5))),
        ("yield_mass", ((5, nan),)),
    ],
)
def test_an_impossible_number_is_refused_by_the_name_of_its_field(field: str, value: object):
    with pytest.raises(ImpossiblePolicyError) as refusal:
        replace(DEMO, **{field: value})
    assert refusal.value.field == field


@pytest.mark.parametrize("window", [1, 480])
def test_the_shortest_and_longest_window_are_possible(window: int):
    assert VialPolicy(window).window_min == window


def test_the_span_is_the_window_less_the_margin():
    assert DEMO.span_min == 110


def test_given_a_margin_longer_than_the_window_then_only_the_same_minute_shares():
    assert VialPolicy(window_min=5, margin_min=10).span_min == 0


def test_the_mean_yield_weighs_each_yield_by_its_mass():
    assert DEMO.mean_yield == pytest.approx(4.7)


def test_a_snapshot_reads_back_as_the_same_policy():
    learned = VialPolicy(90, margin_min=5, yield_mass=((2, 0.1), (4, 0.4), (5, 0.5)))
    assert VialPolicy.from_snapshot(90, loads(dumps(learned.snapshot()))) == learned


@pytest.mark.parametrize(
    ("snapshot", "field"),
    [
        ({"luck": 7}, "luck"),
        ({"window_min": 60}, "window_min"),
        ({"margin_min": "ten"}, "margin_min"),
        ({"margin_min": None}, "margin_min"),
        ({"hold_min": True}, "hold_min"),
        ({"yield_mass": 5}, "yield_mass"),
        ({"yield_mass": [5]}, "yield_mass"),
        ({"yield_mass": [["five", 1]]}, "yield_mass"),
        ({"booked_per_vial": 0}, "booked_per_vial"),
        ([5, 10], "policy"),
    ],
)
def test_a_snapshot_that_cannot_be_read_names_what_is_wrong(snapshot: Any, field: str):
    with pytest.raises(ImpossiblePolicyError) as refusal:
        VialPolicy.from_snapshot(120, snapshot)
    assert refusal.value.field == field
