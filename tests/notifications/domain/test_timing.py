"""Quiet hours, days of rest and clock changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinics.domain.calendar import OSLO
from clinics.domain.public_holidays import is_day_of_rest
from notifications.domain.timing import Timing, allowed_at


def oslo(*parts):
    return datetime(*parts, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (oslo(2026, 11, 25, 20, 59), oslo(2026, 11, 25, 20, 59)),
        (oslo(2026, 11, 25, 21, 0), oslo(2026, 11, 26, 8, 0)),
        (oslo(2026, 11, 26, 7, 59), oslo(2026, 11, 26, 8, 0)),
        (oslo(2026, 11, 26, 8, 0), oslo(2026, 11, 26, 8, 0)),
        # The nights when the clock is changed: eight is eight.
        (oslo(2026, 3, 28, 22, 0), oslo(2026, 3, 29, 8, 0)),
        (oslo(2026, 10, 24, 22, 0), oslo(2026, 10, 25, 8, 0)),
        # New Year's Eve is no day of rest; a reminder comes on New Year's Day all the same.
        (oslo(2026, 12, 31, 23, 0), oslo(2027, 1, 1, 8, 0)),
    ],
)
def test_by_day(at, expected):
    assert allowed_at(Timing.DAY, at) == expected


def test_eight_is_eight_on_the_nights_when_the_clock_is_changed():
    spring = allowed_at(Timing.DAY, oslo(2026, 3, 28, 22, 0))
    autumn = allowed_at(Timing.DAY, oslo(2026, 10, 24, 22, 0))
    assert spring.astimezone(UTC).hour == 6
    assert autumn.astimezone(UTC).hour == 7


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # 17 May 2027 is a Monday, and the Whit Monday too.
        (oslo(2027, 5, 15, 21, 30), oslo(2027, 5, 18, 8, 0)),
        (oslo(2026, 12, 24, 22, 0), oslo(2026, 12, 28, 8, 0)),
        (oslo(2026, 11, 29, 12, 0), oslo(2026, 11, 30, 8, 0)),
        (oslo(2026, 11, 28, 12, 0), oslo(2026, 11, 28, 12, 0)),
    ],
)
def test_on_a_day_that_is_no_day_of_rest(at, expected):
    assert allowed_at(Timing.WORKDAY, at) == expected


def test_an_open_vial_is_told_of_at_night_to_those_who_allow_it():
    night = oslo(2026, 11, 25, 23, 0)
    assert allowed_at(Timing.LIVE, night, any_hour=True) == night
    assert allowed_at(Timing.LIVE, night) == oslo(2026, 11, 26, 8, 0)
    assert allowed_at(Timing.AT_ONCE, night) == night


FIRST = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 6 * 365 * 24 * 60).map(lambda minute: FIRST + timedelta(minutes=minute))


@given(timing=st.sampled_from(list(Timing)), at=moments, any_hour=st.booleans())
def test_it_is_never_sooner_and_never_moves_again(timing, at, any_hour):
    allowed = allowed_at(timing, at, any_hour=any_hour)
    assert allowed >= at
    assert allowed_at(timing, allowed, any_hour=any_hour) == allowed
    assert allowed - at < timedelta(days=6)


@given(timing=st.sampled_from([Timing.DAY, Timing.WORKDAY]), at=moments)
def test_it_keeps_the_hours_of_the_clock_on_the_wall(timing, at):
    local = allowed_at(timing, at).astimezone(OSLO)
    assert 8 <= local.hour < 21
    assert timing is Timing.DAY or not is_day_of_rest(local.date())
