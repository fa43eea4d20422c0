"""On which days a pattern falls."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.recurrence import LAST, Monthly, Weekly, days_of

MONDAY, THURSDAY, FRIDAY = 0, 3, 4

days = st.dates(min_value=date(2024, 1, 1), max_value=date(2032, 12, 31))
spans = st.integers(0, 366).map(lambda number: timedelta(days=number))
weekdays = st.integers(0, 6)


def test_every_thursday_until_a_day_counts_both_ends():
    assert days_of(Weekly(frozenset({THURSDAY})), date(2026, 11, 26), date(2026, 12, 17)) == [
        date(2026, 11, 26),
        date(2026, 12, 3),
        date(2026, 12, 10),
        date(2026, 12, 17),
    ]


def test_every_second_thursday_counts_from_the_first_thursday_not_from_the_week_of_the_start():
    friday = date(2026, 11, 27)
    found = days_of(Weekly(frozenset({THURSDAY}), every=2), friday, date(2026, 12, 31))
    assert found == [date(2026, 12, 3), date(2026, 12, 17), date(2026, 12, 31)]


def test_two_days_of_every_second_week_are_of_the_same_weeks():
    found = days_of(
        Weekly(frozenset({MONDAY, THURSDAY}), every=2), date(2026, 12, 2), date(2026, 12, 31)
    )
    # The first is a Thursday: the Monday of its week is past, the next pair is two weeks on.
    assert found == [
        date(2026, 12, 3),
        date(2026, 12, 14),
        date(2026, 12, 17),
        date(2026, 12, 28),
        date(2026, 12, 31),
    ]


@pytest.mark.parametrize(
    ("nth", "due"),
    [
        (1, [date(2027, 1, 1), date(2027, 2, 5), date(2027, 3, 5)]),
        (4, [date(2027, 1, 22), date(2027, 2, 26), date(2027, 3, 26)]),
        (LAST, [date(2027, 1, 29), date(2027, 2, 26), date(2027, 3, 26)]),
    ],
)
def test_the_nth_or_last_friday_of_a_month(nth, due):
    assert days_of(Monthly(FRIDAY, nth), date(2027, 1, 1), date(2027, 3, 31)) == due


def test_a_pattern_that_does_not_fall_in_its_time_has_no_days():
    assert days_of(Weekly(frozenset({MONDAY})), date(2026, 12, 1), date(2026, 12, 6)) == []
    assert days_of(Monthly(MONDAY, 1), date(2026, 12, 8), date(2026, 12, 31)) == []


@given(days, spans, st.frozensets(weekdays, min_size=1), st.integers(1, 4))
def test_weekly_days_are_the_weekdays_of_every_nth_week_and_none_is_left_out(
    first, span, chosen, every
):
    until = first + span
    found = days_of(Weekly(chosen, every), first, until)
    in_time = [first + timedelta(days=n) for n in range(span.days + 1)]
    all_days = [day for day in in_time if day.weekday() in chosen]
    monday = all_days[0] - timedelta(days=all_days[0].weekday()) if all_days else first
    assert found == [day for day in all_days if (day - monday).days // 7 % every == 0]


@given(days, spans, weekdays, st.sampled_from([1, 2, 3, 4, LAST]))
def test_monthly_days_are_one_a_month_and_the_right_one(first, span, weekday, nth):
    until = first + span
    found = days_of(Monthly(weekday, nth), first, until)
    assert all(day.weekday() == weekday and first <= day <= until for day in found)
    assert all((one.year, one.month) != (two.year, two.month) for one, two in pairwise(found))
    for day in found:
        last = monthrange(day.year, day.month)[1]
        assert (day.day > last - 7) if nth == LAST else ((day.day - 1) // 7 + 1 == nth)
    whole = {
        (day.year, day.month) for day in (first + timedelta(days=n) for n in range(span.days + 1))
    }
    whole -= {(first.year, first.month), (until.year, until.month)}
    assert whole <= {(day.year, day.month) for day in found}
