"""When a vial is opened on the day, and the bound in hindsight, by example."""

from dataclasses import replace

import pytest

from appointments.domain.vial_planning import (
    TooFewYieldsError,
    VialPolicy,
    hindsight_vials,
    hold_minutes,
)

HOUR = VialPolicy(window_min=60)


def test_given_nobody_else_is_expected_then_open_now():
    assert hold_minutes(100, 1, [], HOUR) == 0


def test_given_the_window_covers_the_rest_of_the_day_then_open_now():
    assert hold_minutes(100, 1, [120, 160], HOUR) == 0


@pytest.mark.parametrize(
    ("booked", "hold"), [(160, 0), (161, 10), (170, 10), (171, 20), (180, 20), (181, 0)]
)
def test_the_shortest_wait_that_reaches_a_missed_person_is_chosen(booked: int, hold: int):
    assert hold_minutes(100, 1, [booked, 400], HOUR) == hold


def test_given_the_vial_fills_anyway_then_open_now():
    assert hold_minutes(100, 5, [165], HOUR) == 0
    assert hold_minutes(100, 2, [110, 120, 130, 165], HOUR) == 0
    assert hold_minutes(100, 2, [110, 120, 165], HOUR) == 10


def test_someone_late_is_still_expected():
    assert hold_minutes(100, 4, [95, 165], HOUR) == 0


def test_the_wait_stays_within_the_limit_of_the_policy():
    assert hold_minutes(100, 1, [175], HOUR) == 20
    assert hold_minutes(100, 1, [175], replace(HOUR, hold_min=15)) == 0
    assert hold_minutes(100, 1, [165], replace(HOUR, hold_min=0)) == 0


def test_given_since_when_people_wait_then_that_time_counts():
    assert hold_minutes(100, [100], [175], HOUR) == 20
    assert hold_minutes(100, [90, 100], [175], HOUR) == 0
    assert hold_minutes(100, [90, 100], [165], HOUR) == 10
    assert hold_minutes(100, [80], [165], HOUR) == 0


def test_given_no_arrivals_then_no_vial():
    assert hindsight_vials([], 60, [], 20) == 0


def test_a_vial_opened_after_a_wait_reaches_further():
    assert hindsight_vials([0, 80], 60, [5, 5], 20) == 1
    assert hindsight_vials([0, 81], 60, [5, 5], 20) == 2
    assert hindsight_vials([0, 80], 60, [5, 5], 0) == 2


def test_each_vial_gives_its_own_yield():
    assert hindsight_vials([0] * 6, 60, [3, 3], 0) == 2
    assert hindsight_vials([0] * 6, 60, [3, 2, 5], 0) == 3


def test_arrivals_may_come_in_any_order():
    assert hindsight_vials([300, 0, 10, 310], 60, [5, 5], 20) == 2


def test_given_more_arrivals_than_doses_then_the_question_has_no_answer():
    with pytest.raises(TooFewYieldsError):
        hindsight_vials([0] * 6, 60, [5], 20)
