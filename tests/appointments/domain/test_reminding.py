"""When a person is written to before and after a visit."""

from datetime import datetime, timedelta

import pytest

from appointments.domain.reminding import Reminder, evening_of, morning_after, reminders_of
from clinics.domain.calendar import OSLO
from tests.factories import DAY, LONG_AGO, at, oslo

START = at("17.40")
BOOKED_LONG_AGO = oslo(LONG_AGO, "12.00")
WEEK, TWO_DAYS, DAY_BEFORE = (
    at("17.40") - timedelta(days=7),
    at("17.40") - timedelta(hours=48),
    oslo(DAY - timedelta(days=1), "10.00"),
)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (BOOKED_LONG_AGO, [Reminder.WEEK, Reminder.TWO_DAYS, Reminder.DAY_BEFORE]),
        (WEEK - SECOND, [Reminder.WEEK, Reminder.TWO_DAYS, Reminder.DAY_BEFORE]),
        (WEEK, [Reminder.TWO_DAYS, Reminder.DAY_BEFORE]),
        (TWO_DAYS, [Reminder.DAY_BEFORE]),
        (DAY_BEFORE, []),
        (START, []),
    ],
)
def test_a_booking_is_reminded_of_by_what_it_is_older_than(now, kinds):
    assert [kind for kind, _due in reminders_of(START, now=now)] == kinds


def test_they_are_due_a_week_and_two_days_before_and_the_morning_before():
    due = dict(reminders_of(START, now=BOOKED_LONG_AGO))
    assert due == {
        Reminder.WEEK: WEEK,
        Reminder.TWO_DAYS: TWO_DAYS,
        Reminder.DAY_BEFORE: DAY_BEFORE,
    }


def test_a_week_is_a_week_on_the_wall_when_the_clock_changes_in_between():
    # Summer time ends on 25 October 2026.
    start = datetime(2026, 10, 28, 17, 40, tzinfo=OSLO)
    due = dict(reminders_of(start, now=BOOKED_LONG_AGO))
    assert due[Reminder.WEEK].isoformat() == "2026-10-21T17:40:00+02:00"
    assert due[Reminder.DAY_BEFORE].isoformat() == "2026-10-27T10:00:00+01:00"


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ("09.10", "20.00"),
        ("19.30", "20.00"),
        ("19.50", "20.20"),
        # The night's quiet is kept by whoever sends it.
        ("20.50", "21.20"),
    ],
)
def test_who_had_a_dose_is_written_to_in_the_evening_and_never_while_observed(given, due):
    assert evening_of(at(given)) == at(due)


@pytest.mark.parametrize("noted", ["17.50", "23.59"])
def test_who_is_missed_is_written_to_the_next_morning(noted):
    assert morning_after(at(noted)) == oslo(DAY + timedelta(days=1), "10.00")
