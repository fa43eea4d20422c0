"""Which times are offered first, by example."""

import pytest

from appointments.domain.vial_planning import VialPolicy, deltas, expected_joiners, shortlist

HOUR = VialPolicy(window_min=60)  # people within 50 minutes share


def test_given_an_empty_day_then_every_minute_opens_a_vial():
    assert deltas([], [0, 100], HOUR) == {0: 1, 100: 1}


def test_a_minute_near_a_booking_shares_on_both_sides_and_one_far_off_does_not():
    free = [149, 150, 200, 250, 251]
    assert deltas([200], free, HOUR) == {149: 1, 150: 0, 200: 0, 250: 0, 251: 1}


def test_given_a_full_vial_then_no_minute_near_it_shares():
    assert deltas([100, 100, 110, 110, 120], [90, 100, 120, 130], HOUR) == dict.fromkeys(
        [90, 100, 120, 130], 1
    )


def test_given_a_full_vial_whose_last_person_fits_the_next_then_the_place_shares():
    booked = [100, 100, 110, 110, 120, 160]
    assert deltas(booked, [105], HOUR) == {105: 0}


def test_joiners_are_the_discounted_bookings_still_expected_at_a_popular_time():
    joiners = expected_joiners(5, 60, 4.0, {60: 0.25, 300: 0.5}, HOUR)
    assert joiners == pytest.approx(0.4 * 4.0 * 5 * 0.25)


def test_popularity_may_be_a_function_of_the_minute():
    assert expected_joiners(2, 60, 1.0, lambda minute: minute / 120, HOUR) == pytest.approx(0.4)


def test_no_more_joiners_are_expected_than_a_vial_has_room_for():
    assert expected_joiners(100, 60, 60.0, {60: 1.0}, HOUR) == 4


def test_given_the_cutoff_has_passed_or_a_time_suits_nobody_then_nobody_joins():
    assert expected_joiners(-1, 60, 60.0, {60: 1.0}, HOUR) == 0
    assert expected_joiners(5, 90, 60.0, {60: 1.0}, HOUR) == 0


def choose(places: dict[str, tuple[int, float]]) -> list[str]:
    return shortlist(
        list(places), lambda place: places[place][0], lambda place: places[place][1], HOUR
    )


def test_places_that_share_come_alone_and_in_the_order_wanted():
    assert choose({"d": (0, 0), "a": (1, 4), "b": (0, 1)}) == ["d", "b"]


def test_given_none_shares_then_places_whose_vial_is_expected_to_fill():
    assert choose({"a": (1, 3.0), "b": (1, 2.9), "c": (1, 4.0)}) == ["a", "c"]


def test_given_none_shares_and_none_fills_then_those_within_four_fifths_of_the_best():
    assert choose({"a": (1, 1.5), "b": (1, 1.2), "c": (1, 1.1)}) == ["a", "b"]


def test_given_nobody_is_expected_anywhere_then_all_wanted_places_are_shown():
    assert choose({"a": (1, 0.0), "b": (1, 0.0)}) == ["a", "b"]


def test_given_nothing_wanted_then_nothing_is_shown():
    assert choose({}) == []


def test_joiners_are_not_asked_for_when_a_place_shares():
    def unexpected(place: int) -> float:
        raise AssertionError(place)

    assert shortlist([1], lambda _place: 0, unexpected, HOUR) == [1]
