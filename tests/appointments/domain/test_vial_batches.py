"""Counting and planning the vials of a day, by example."""

import pytest

from appointments.domain.vial_planning import (
    ImpossibleVialError,
    Plan,
    TimesNotInOrderError,
    UnknownIndexError,
    VialPolicy,
    min_vials,
    plan_batches,
)

HOUR = VialPolicy(window_min=60)  # people within 50 minutes share


def test_an_empty_day_needs_no_vial():
    assert min_vials([], 50, 5) == 0


def test_people_within_the_span_share_a_vial_and_the_next_minute_does_not():
    assert min_vials([0, 20, 50], 50, 5) == 1
    assert min_vials([0, 20, 51], 50, 5) == 2


def test_a_sixth_person_opens_a_second_vial():
    assert min_vials([10] * 5, 50, 5) == 1
    assert min_vials([10] * 6, 50, 5) == 2


def test_the_order_of_the_times_does_not_matter_to_the_count():
    assert min_vials([300, 0, 310, 10], 50, 5) == 2


def test_given_a_span_of_zero_then_only_the_same_minute_shares():
    assert min_vials([0, 0, 1], 0, 5) == 2


@pytest.mark.parametrize(("span", "cap"), [(-1, 5), (50, 0)])
def test_a_vial_that_holds_nobody_or_spans_less_than_no_time_is_refused(span: int, cap: int):
    with pytest.raises(ImpossibleVialError):
        min_vials([0], span, cap)


def test_an_empty_day_has_an_empty_plan():
    assert plan_batches([], HOUR) == Plan([], [], 0.0)


def test_two_clusters_are_two_batches():
    assert plan_batches([0, 10, 20, 200, 210, 220], HOUR).batches == [range(3), range(3, 6)]


def test_six_people_share_as_three_and_three_rather_than_five_and_one():
    assert plan_batches([0, 10, 20, 30, 40, 50], HOUR).batches == [range(3), range(3, 6)]


def test_given_equal_cost_then_the_first_vial_is_the_fuller():
    assert plan_batches([0, 10, 20, 30, 40, 45, 50], HOUR).batches == [range(4), range(4, 7)]


def test_given_a_lone_person_who_may_move_then_the_plan_moves_that_person():
    plan = plan_batches([0, 10, 20, 200], HOUR, movable={0, 3})
    assert plan.batches == [range(3)]
    assert plan.moved == [3]
    assert plan.cost == pytest.approx(plan_batches([0, 10, 20], HOUR).cost + HOUR.move_cost)


def test_given_a_lone_person_who_may_not_move_then_nobody_moves():
    assert plan_batches([0, 10, 20, 200], HOUR, movable={1}).moved == []


def test_given_only_someone_in_the_middle_may_move_then_the_batch_steps_over_them():
    sure = VialPolicy(window_min=60, p_attend_cutoff=1, yield_mass=((5, 1.0),))
    plan = plan_batches([0, 10, 20, 30, 40, 50], sure, movable={2})
    assert plan.batches == [(0, 1, 3, 4, 5)]
    assert plan.moved == [2]


def test_given_vials_for_two_then_the_two_around_a_moved_person_share():
    pairs = VialPolicy(window_min=60, booked_per_vial=2)
    assert plan_batches([0, 10, 20], pairs, movable={1}).batches == [(0, 2)]


def test_no_more_people_move_than_the_policy_allows():
    lone = [0, 100, 200, 300]
    assert len(plan_batches(lone, HOUR, movable=range(4)).moved) == 2
    assert plan_batches(lone, VialPolicy(60, max_moves=0), movable=range(4)).moved == []


@pytest.mark.parametrize(
    "movable", [{3}, [3], [False, False, False, True], {0: (), 3: (10,)}, range(3, 4)]
)
def test_who_may_move_is_said_by_index_by_flag_or_by_accepted_minutes(movable: object):
    plan = plan_batches([0, 10, 20, 200], HOUR, movable=movable)  # type: ignore[arg-type]
    assert plan.moved == [3]


@pytest.mark.parametrize("movable", [{4}, [-1], [True], [True] * 5, {7: (10,)}])
def test_an_index_or_a_count_of_flags_that_fits_nobody_is_refused(movable: object):
    with pytest.raises(UnknownIndexError):
        plan_batches([0, 10, 20, 200], HOUR, movable=movable)  # type: ignore[arg-type]


def test_times_out_of_order_are_refused_because_indexes_would_name_the_wrong_people():
    with pytest.raises(TimesNotInOrderError):
        plan_batches([10, 0], HOUR)
