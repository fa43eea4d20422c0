from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinics.domain.calendar import oslo_date
from eligibility.domain.cases import (
    CASE_MOVES,
    ENDED,
    WAITING,
    CaseMove,
    CaseMoveNotAllowedError,
    CaseState,
    Timing,
    Urgency,
    case_target,
    due_day,
    end_of_day,
    queue_key,
    stands_out,
    time_left,
    urgency_of,
)
from tests.factories import OPENING, oslo

DAY = OPENING.date()
ALLOWED = {
    ("open", "claim", "claimed"),
    ("open", "withdraw", "withdrawn"),
    ("claimed", "ask_to_call", "asked_to_call"),
    *(
        (state, move, goal)
        for state in ("claimed", "asked_to_call")
        for move, goal in [
            ("release", "open"),
            ("take_over", "claimed"),
            ("hand_over", "open"),
            ("approve", "approved"),
            ("refuse", "refused"),
            ("withdraw", "withdrawn"),
            ("close", "closed"),
        ]
    ),
}


@pytest.mark.parametrize("move", CaseMove)
@pytest.mark.parametrize("state", CaseState)
def test_a_move_leads_where_the_table_says_or_is_refused(state, move):
    goals = {goal for source, name, goal in ALLOWED if (source, name) == (state, move)}
    if goals:
        assert {case_target(move, state)} == goals
    else:
        with pytest.raises(CaseMoveNotAllowedError):
            case_target(move, state)


def test_nothing_moves_a_case_that_has_ended():
    assert not any(sources & ENDED for sources, _goal in CASE_MOVES.values())
    assert set(CaseState) == WAITING | ENDED


def timing(*, day_4=None, last=None, high_risk=False, opened_at=OPENING):
    return Timing(prevents_until=day_4, deadline=last, high_risk=high_risk, opened_at=opened_at)


def exposed(days_ago, *, high_risk=False):
    exposed_on = DAY - timedelta(days=days_ago)
    last = exposed_on + timedelta(days=14 if high_risk else 4)
    return timing(day_4=exposed_on + timedelta(days=4), last=last, high_risk=high_risk)


def test_the_queue_begins_with_the_nearest_day_4_and_ends_with_who_has_no_day():
    queue = {
        "day 4 is today": exposed(4),
        "day 4 is tomorrow, high risk": exposed(3, high_risk=True),
        "day 4 is tomorrow": exposed(3),
        "day 4 is in 3 days, high risk": exposed(1, high_risk=True),
        "the last day is over": exposed(6),
        "day 14 is in 2 days": exposed(12, high_risk=True),
        "waits since yesterday": timing(opened_at=OPENING - timedelta(days=1)),
        "waits since today": timing(),
    }

    assert sorted(queue, key=lambda name: queue_key(queue[name], OPENING)) == list(queue)


@pytest.mark.parametrize(
    ("case", "now", "urgency"),
    [
        (exposed(4), oslo(DAY, "11.59"), Urgency.DATED),
        (exposed(4), oslo(DAY, "12.00"), Urgency.WITHIN_12_HOURS),
        (exposed(4), oslo(DAY, "23.59"), Urgency.WITHIN_12_HOURS),
        (exposed(5), oslo(DAY, "00.00"), Urgency.OVERDUE),
        (exposed(5, high_risk=True), oslo(DAY, "23.00"), Urgency.DATED),
        (exposed(14, high_risk=True), oslo(DAY, "23.00"), Urgency.WITHIN_12_HOURS),
        (exposed(15, high_risk=True), oslo(DAY, "00.00"), Urgency.OVERDUE),
        (timing(), OPENING, Urgency.UNDATED),
    ],
)
def test_a_case_stands_out_for_12_hours_before_its_day_is_over_and_ever_after(case, now, urgency):
    assert urgency_of(case, now) is urgency
    assert stands_out(case, now) == (urgency in {Urgency.OVERDUE, Urgency.WITHIN_12_HOURS})


def test_the_day_that_the_clock_goes_back_has_an_hour_more():
    sunday = date(2026, 10, 25)
    case = timing(day_4=sunday, last=sunday)

    assert time_left(case, oslo(sunday, "00.00").astimezone(UTC)) == timedelta(hours=25)
    assert time_left(case, oslo(sunday, "00.00")) == timedelta(hours=25)


moments = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - as Hypothesis wants them
    max_value=datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
exposures = st.builds(
    lambda day, high: timing(
        day_4=day + timedelta(days=4), last=day + timedelta(days=14 if high else 4), high_risk=high
    ),
    st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31)),
    st.booleans(),
)
timings = exposures | st.builds(lambda moment: timing(opened_at=moment), moments)


@given(timings, moments)
def test_the_day_that_counts_is_one_of_the_two_and_never_past_while_another_is_ahead(case, now):
    today, due = oslo_date(now), due_day(case, oslo_date(now))

    assert due in {case.prevents_until, case.deadline}
    if due is not None and due < today:
        assert case.deadline < today


@given(timings, moments)
def test_a_case_is_overdue_just_when_its_last_day_is_over(case, now):
    overdue = urgency_of(case, now) is Urgency.OVERDUE

    assert overdue == (case.deadline is not None and now >= end_of_day(case.deadline))


@given(st.lists(timings, max_size=8), moments)
def test_nobody_whose_day_4_is_ahead_waits_behind_somebody_whose_is_not(cases, now):
    today = oslo_date(now)
    queue = sorted(cases, key=lambda case: queue_key(case, now))
    ahead = [case.prevents_until is not None and case.prevents_until >= today for case in queue]
    days = [case.prevents_until for case, is_ahead in zip(queue, ahead, strict=True) if is_ahead]

    assert ahead == sorted(ahead, reverse=True)
    assert days == sorted(days)


@given(st.lists(timings, min_size=2, max_size=8), moments)
def test_with_the_same_day_ahead_of_them_high_risk_comes_first(cases, now):
    today = oslo_date(now)
    queue = sorted(cases, key=lambda case: queue_key(case, now))
    for one, other in pairwise(queue):
        days = {due_day(one, today), due_day(other, today)}
        if len(days) == 1 and one.prevents_until == other.prevents_until is not None:
            assert one.high_risk >= other.high_risk
