"""What remains under-filled in a plan, and what that costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.under_filled import expected_left_over, under_filled
from appointments.domain.vial_planning import VialPolicy, plan_batches

SURE = VialPolicy(window_min=60, yield_mass=((5, 1.0),), p_attend_cutoff=1)


def test_a_vial_for_one_loses_four_doses_and_costs_most_of_a_vial_more():
    [lone] = under_filled([0, 10, 20, 200], SURE)

    assert list(lone.people) == [3]
    assert lone.doses_lost == pytest.approx(4)
    # A vial, the penalty of a small batch and four doses lost; a fifth of a full vial is due.
    assert lone.extra_vials == pytest.approx(1 + 0.25 + 4 * 0.02 - 1 / 5)


def test_a_vial_for_three_is_full_enough():
    assert under_filled([0, 10, 20], SURE) == []


def test_a_day_without_people_has_nothing_under_filled():
    assert under_filled([], SURE) == []


def test_whoever_may_not_come_opens_no_vial_then():
    unsure = VialPolicy(window_min=60, yield_mass=((5, 1.0),), p_attend_cutoff=0.5)
    assert expected_left_over(1, unsure) == pytest.approx(0.5 * 4)


@given(st.integers(0, 12), st.floats(0, 1))
def test_what_is_left_over_is_less_than_a_vial_for_each_and_never_negative(people, coming):
    policy = VialPolicy(window_min=60, p_attend_cutoff=coming)
    assert -1e-9 <= expected_left_over(people, policy) <= 5


@given(st.lists(st.integers(0, 48).map(lambda ten: 10 * ten), max_size=12))
def test_exactly_the_small_batches_of_the_plan_are_named(times):
    policy = VialPolicy(window_min=120)
    plan = plan_batches(sorted(times), policy)
    small = [list(batch) for batch in plan.batches if len(batch) < policy.min_batch]

    found = under_filled(sorted(times), policy)

    assert [list(one.people) for one in found] == small
    assert all(one.extra_vials >= 0 for one in found)
