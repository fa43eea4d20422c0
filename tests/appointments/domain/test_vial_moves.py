"""Whom the afternoon repair asks to move, by example."""

from dataclasses import replace

import pytest

from appointments.domain.vial_planning import (
    TimesNotInOrderError,
    UnknownIndexError,
    VialPolicy,
    propose_moves,
    propose_places,
)

HOUR = VialPolicy(window_min=60)  # people within 50 minutes share
MORNING_AND_ONE_LATE = [0, 10, 20, 200]


def test_given_a_lone_person_who_can_take_a_shared_time_then_that_person_is_asked():
    assert propose_moves(MORNING_AND_ONE_LATE, {3: [30, 300]}, HOUR) == [3]
    assert propose_places(MORNING_AND_ONE_LATE, {3: [30, 300]}, HOUR) == {3: 30}


def test_given_the_accepted_times_share_no_vial_then_nobody_is_asked():
    assert propose_moves(MORNING_AND_ONE_LATE, {3: [300]}, HOUR) == []


def test_given_nobody_agreed_to_be_asked_then_nobody_is():
    assert propose_moves(MORNING_AND_ONE_LATE, {}, HOUR) == []
    assert propose_moves(MORNING_AND_ONE_LATE, {3: []}, HOUR) == []


def test_given_a_day_without_bookings_then_nobody_is_asked():
    assert propose_moves([], {}, HOUR) == []


def test_given_the_only_vial_near_is_full_then_nobody_is_asked():
    assert propose_moves([0, 10, 20, 30, 40, 200], {5: [15]}, HOUR) == []


def test_given_one_lone_person_alone_in_the_day_then_there_is_no_vial_to_share():
    assert propose_moves([200], {0: [10]}, HOUR) == []


def test_given_two_in_a_vial_then_both_are_asked_and_each_gets_a_place_of_their_own():
    places = propose_places([0, 10, 20, 200, 210], {3: [30, 40], 4: [30]}, HOUR)
    assert places == {3: 40, 4: 30}


def test_given_two_in_a_vial_want_the_same_place_then_neither_is_asked():
    assert propose_moves([0, 10, 20, 200, 210], {3: [30], 4: [30]}, HOUR) == []


def test_given_two_lone_people_want_the_same_place_then_one_of_them_is_asked():
    assert propose_moves([0, 10, 20, 200, 400], {3: [30], 4: [30]}, HOUR) == [3]


def test_given_a_move_that_only_shifts_the_cost_then_nobody_is_asked():
    fours = VialPolicy(60, yield_mass=((4, 1.0),), p_attend_cutoff=1)
    five_and_four = [0, 10, 20, 30, 40, 200, 210, 220, 230]
    assert propose_moves(five_and_four, {4: [240]}, fours) == []


def test_given_a_place_that_opens_a_vial_but_splits_the_people_better_then_nobody_is_asked():
    cheap = replace(HOUR, move_cost=0.05)  # five and one cost more than three and three
    assert propose_moves([0, 10, 20, 30, 40, 200], {5: [15]}, cheap) == []


def test_nobody_is_asked_to_move_to_the_time_they_have():
    fours = VialPolicy(60, yield_mass=((4, 1.0),), p_attend_cutoff=1)
    times = [0, 10, 20, 30, 40, 200, 300, 310]
    assert propose_places(times, {4: [40], 5: [320]}, fours) == {5: 320}


def test_given_two_places_that_share_then_the_one_that_fills_the_emptier_vial_is_proposed():
    times = [0, 10, 20, 30, 200, 210, 400]
    assert propose_places(times, {6: [40, 220]}, HOUR) == {6: 220}


def test_given_equal_places_then_the_nearest_is_proposed():
    assert propose_places(MORNING_AND_ONE_LATE, {3: [0, 5, 30, 15]}, HOUR) == {3: 30}


def test_given_someone_said_no_and_is_left_out_then_another_is_asked():
    times = [0, 10, 20, 200, 400]
    movable = {3: [30], 4: [40]}
    [asked] = propose_moves(times, movable, replace(HOUR, max_moves=1))
    del movable[asked]
    assert propose_moves(times, movable, replace(HOUR, max_moves=1)) == list(movable)


def test_no_more_are_asked_than_may_move_or_may_be_asked():
    times = [0, 10, 20, 200, 300, 400]
    movable = {3: [5], 4: [15], 5: [25]}
    assert len(propose_moves(times, movable, replace(HOUR, booked_per_vial=6))) == 2
    assert len(propose_moves(times, movable, replace(HOUR, max_asks=1))) == 1
    assert propose_moves(times, movable, replace(HOUR, max_asks=0)) == []


def test_given_one_whose_place_is_far_and_one_who_gains_nothing_then_only_the_first_is_asked():
    times = [0, 10, 20, 200, 210, 400]
    assert propose_moves(times, {3: [30], 4: [30], 5: [30]}, HOUR) == [5]


def test_people_given_without_minutes_can_come_when_others_come():
    assert propose_places(MORNING_AND_ONE_LATE, [False, False, False, True], HOUR) == {3: 20}
    assert propose_places(MORNING_AND_ONE_LATE, {3}, HOUR) == {3: 20}


def test_an_index_that_names_nobody_and_times_out_of_order_are_refused():
    with pytest.raises(UnknownIndexError):
        propose_moves(MORNING_AND_ONE_LATE, {4: [30]}, HOUR)
    with pytest.raises(TimesNotInOrderError):
        propose_moves([10, 0], {0: [30]}, HOUR)
