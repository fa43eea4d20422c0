"""When slots begin, also in the nights when the clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from appointments.domain.slot_times import minute_of, slot_starts
from clinics.domain.calendar import OSLO

SPRING, AUTUMN = (2026, 3, 29), (2026, 10, 25)


def oslo(day, hour, minute=0, fold=0):
    return datetime(*day, hour, minute, tzinfo=OSLO, fold=fold)


def starts(opening, closing, minutes):
    return list(slot_starts(opening, closing, minutes))


def clocks(found):
    return [f"{start.astimezone(OSLO):%H.%M}" for start in found]


def test_an_evening_is_filled_from_opening_to_closing():
    found = starts(oslo((2026, 11, 26), 16), oslo((2026, 11, 26), 17), 20)
    assert clocks(found) == ["16.00", "16.20", "16.40"]
    assert all(start.tzinfo is UTC for start in found)


@pytest.mark.parametrize(("minutes", "number"), [(60, 1), (50, 1), (61, 0), (59, 1), (30, 2)])
def test_a_slot_must_end_before_closing(minutes, number):
    found = starts(oslo((2026, 11, 26), 16), oslo((2026, 11, 26), 17), minutes)
    assert len(found) == number


def test_a_session_past_midnight_goes_on():
    found = starts(oslo((2026, 11, 26), 23, 30), oslo((2026, 11, 27), 0, 30), 30)
    assert clocks(found) == ["23.30", "00.00"]


def test_in_spring_the_lost_hour_has_no_slots():
    found = starts(oslo(SPRING, 1), oslo(SPRING, 4), 30)
    assert clocks(found) == ["01.00", "01.30", "03.00", "03.30"]


def test_in_autumn_the_hour_that_comes_twice_has_slots_twice():
    found = starts(oslo(AUTUMN, 1), oslo(AUTUMN, 3), 30)
    assert clocks(found) == ["01.00", "01.30", "02.00", "02.30", "02.00", "02.30"]
    assert len(set(found)) == 6


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_slots_are_evenly_spaced_in_real_time_whatever_the_clocks_do(day):
    found = starts(oslo(day, 0), oslo(day, 6), 10)
    steps = {after - before for before, after in pairwise(found)}
    assert steps == {timedelta(minutes=10)}


def test_the_minute_of_a_slot_counts_real_minutes_from_the_opening():
    opening = oslo((2026, 11, 26), 16)
    assert minute_of(opening, opening) == 0
    assert minute_of(oslo((2026, 11, 26), 17, 40), opening) == 100
    assert minute_of(oslo((2026, 11, 26), 16, 59) + timedelta(seconds=59), opening) == 59


@pytest.mark.parametrize(("day", "minutes"), [(SPRING, 120), (AUTUMN, 240)])
def test_the_minute_of_a_slot_is_right_across_a_clock_change(day, minutes):
    """From 1 to 4: two real hours in spring, four in autumn."""
    assert minute_of(oslo(day, 4), oslo(day, 1)) == minutes
