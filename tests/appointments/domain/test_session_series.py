"""What a row of clinic days would be, and what is wrong with each."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.session_series import (
    Fault,
    Opening,
    oslo_moment,
    overlaps,
    plan_days,
    usual_cutoff,
)
from clinics.domain.calendar import OSLO
from clinics.domain.public_holidays import holidays_among

EVENING = Opening(time(16), time(20))
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=OSLO)
THURSDAY = date(2026, 11, 26)


def plan(days, opening=EVENING, **changed):
    return plan_days(
        days,
        opening,
        **{
            "stations": 2,
            "slot_minutes": 10,
            "taken": [],
            "holidays": {},
            "now": NOW,
        }
        | changed,
    )


def test_a_day_has_its_hours_and_seats():
    [day] = plan([THURSDAY])
    assert (day.starts_at, day.ends_at) == (
        datetime(2026, 11, 26, 15, tzinfo=UTC),
        datetime(2026, 11, 26, 19, tzinfo=UTC),
    )
    assert (day.seats, day.faults, day.possible, day.advised) == (48, frozenset(), True, True)


def test_sixteen_in_oslo_stays_sixteen_when_the_clocks_change():
    # They change on 28 March 2027.
    before, after = plan([date(2027, 3, 25), date(2027, 4, 1)])
    assert [day.starts_at.astimezone(OSLO).hour for day in (before, after)] == [16, 16]
    assert [day.starts_at.astimezone(UTC).hour for day in (before, after)] == [15, 14]


@given(
    st.dates(min_value=date(2024, 1, 1), max_value=date(2032, 12, 31)),
    st.integers(4, 23),
    st.sampled_from([0, 10, 30]),
)
def test_the_clock_of_every_day_shows_what_was_asked_for(day, hour, minute):
    moment = oslo_moment(day, time(hour, minute)).astimezone(UTC).astimezone(OSLO)
    assert (moment.date(), moment.time()) == (day, time(hour, minute))
    cutoff = usual_cutoff(day).astimezone(UTC).astimezone(OSLO)
    assert (cutoff.date(), cutoff.hour) == (day - timedelta(days=1), 16)


def test_the_hour_that_the_clocks_jump_over_is_no_time_to_open():
    [day] = plan([date(2027, 3, 28)], Opening(time(2, 30), time(6)))
    assert day.faults == {Fault.NO_SUCH_TIME}
    assert not day.possible


@pytest.mark.parametrize(
    ("opens", "closes", "fault"),
    [
        ("16.00", "20.00", True),
        ("12.00", "16.10", True),
        ("19.50", "22.00", True),
        ("17.00", "18.00", True),
        ("12.00", "16.00", False),  # one begins when the other ends
        ("20.00", "21.00", False),
    ],
)
def test_a_day_overlaps_what_the_clinic_has(opens, closes, fault):
    taken = [
        tuple(
            oslo_moment(THURSDAY, time.fromisoformat(clock.replace(".", ":")))
            for clock in (opens, closes)
        )
    ]
    one, other = plan([THURSDAY, THURSDAY + timedelta(days=7)], taken=taken)
    assert (Fault.OVERLAPS in one.faults) == fault
    assert one.possible != fault
    assert other.advised


@given(st.lists(st.integers(0, 50), min_size=4, max_size=4, unique=True))
def test_overlapping_is_mutual(numbers):
    a, b, c, d = (NOW + timedelta(hours=n) for n in numbers)
    one, other = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    assert overlaps(one, other) == overlaps(other, one)
    assert overlaps(one, other) == (max(one[0], other[0]) < min(one[1], other[1]))


def test_a_day_that_has_begun_cannot_be_made():
    yesterday, today, tomorrow = plan(
        [NOW.date() + timedelta(days=n) for n in (-1, 0, 1)], Opening(time(11), time(15))
    )
    assert Fault.PAST in yesterday.faults
    assert Fault.PAST in today.faults
    assert tomorrow.advised


def test_a_holiday_is_possible_but_not_advised():
    christmas = date(2026, 12, 25)
    [day] = plan([christmas], holidays={christmas: "Første juledag"})
    assert (day.possible, day.advised, day.holiday) == (True, False, "Første juledag")


def test_holidays_have_names_in_the_readers_language():
    days = [date(2027, 5, 17), date(2027, 5, 18), date(2027, 3, 26)]
    norwegian = holidays_among(days, language="nb")
    assert set(norwegian) == {date(2027, 5, 17), date(2027, 3, 26)}
    assert norwegian[date(2027, 3, 26)] == "Langfredag"
    assert holidays_among(days, language="en")[date(2027, 3, 26)] == "Good Friday"
    assert holidays_among(days, language="nn") == norwegian
