"""When somebody is reminded of dose 2, on any day and whatever is so."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.next_due import (
    ENDS,
    PAUSES,
    NextDueFacts,
    Occasion,
    WhyNot,
    last_day,
    next_recall,
    recall_days,
    recall_now,
)
from clinics.domain.public_holidays import is_day_of_rest
from eligibility.domain.decision import Outcome

GIVEN_ON = date(2026, 9, 1)
A_DAY = timedelta(days=1)
# The longest six months have 184 days.
HALF_A_YEAR = range(200)


def facts(today: date = GIVEN_ON + 28 * A_DAY, **more: object) -> NextDueFacts:
    """Return somebody who had dose 1 on 1 September, needs dose 2, and is in nobody's way."""
    known: dict[str, object] = {
        "today": today,
        "dose_one_on": GIVEN_ON,
        "first_day": GIVEN_ON + 28 * A_DAY,
        "outcome": Outcome.ELIGIBLE,
        "doses_planned": 2,
    }
    return NextDueFacts(**known | more)  # type: ignore[arg-type]


def reminded(one: NextDueFacts, *, swept: Iterable[int] = HALF_A_YEAR) -> list[tuple[str, date]]:
    """Sweep on these days after dose 1, and return what was written, and when."""
    written: list[tuple[str, date]] = []
    for number in swept:
        today = one.dose_one_on + number * A_DAY
        found = recall_now(replace(one, today=today, sent=frozenset(code for code, _ in written)))
        if isinstance(found, Occasion):
            written.append((found.code, today))
    return written


def test_the_days_after_a_dose_on_the_first_of_september():
    assert [(one.code, one.day.isoformat()) for one in recall_days(GIVEN_ON)] == [
        ("d28", "2026-09-29"),
        ("d35", "2026-10-06"),
        ("d60", "2026-10-31"),
        ("m3", "2026-12-01"),
        ("m4", "2027-01-01"),
        ("m5", "2027-02-01"),
        ("m6", "2027-03-01"),
    ]


def test_a_month_without_such_a_day_ends_on_its_last():
    days = {one.code: one.day for one in recall_days(date(2026, 8, 31))}
    assert (days["m3"], days["m6"]) == (date(2026, 11, 30), date(2027, 2, 27))  # 28th: a Sunday


def test_the_last_day_comes_early_where_it_would_be_a_day_of_rest():
    # 2 April 2026 is Maundy Thursday.
    days = {one.code: one.day for one in recall_days(date(2025, 10, 2))}
    assert days["m6"] == date(2026, 4, 1)


def test_swept_every_day_each_occasion_is_written_on_its_day():
    assert reminded(facts()) == [(one.code, one.day) for one in recall_days(GIVEN_ON)]


def test_after_a_week_without_a_sweep_only_the_newest_is_written():
    assert reminded(facts(), swept=range(36, 59)) == [("d35", GIVEN_ON + 36 * A_DAY)]
    assert reminded(facts(), swept=range(100, 103)) == [("m3", GIVEN_ON + 100 * A_DAY)]


@pytest.mark.parametrize(
    ("so", "why"),
    [
        ({"given": True}, WhyNot.GIVEN),
        ({"booked": True}, WhyNot.BOOKED),
        ({"had_mpox": True}, WhyNot.MPOX),
        ({"outcome": Outcome.NOT_NEEDED, "reasons": frozenset({"R20"})}, WhyNot.MPOX),
        ({"outcome": Outcome.NOT_NEEDED, "reasons": frozenset({"COMPLETE"})}, WhyNot.COMPLETE),
        ({"doses_planned": 1}, WhyNot.COMPLETE),
        ({"outcome": Outcome.CONTRAINDICATED}, WhyNot.NOT_NEEDED),
        ({"outcome": ""}, WhyNot.NOT_NEEDED),
        ({"outcome": Outcome.CLINICIAN_REVIEW}, WhyNot.REVIEW),
        ({"answer": "open"}, WhyNot.ANSWERED),
        ({"answer": "holds"}, WhyNot.SETTLED),
        ({"stopped": True}, WhyNot.STOPPED),
        ({"reaction_persists": True}, WhyNot.REACTION),
        ({"outcome": Outcome.DEFER, "reasons": frozenset({"R34"})}, WhyNot.REACTION),
        ({"sent": frozenset({"d28"})}, WhyNot.SENT),
        ({"today": GIVEN_ON + 27 * A_DAY}, WhyNot.NOT_YET),
        ({"today": date(2027, 3, 2)}, WhyNot.OVER),
    ],
)
def test_what_ends_and_what_pauses_the_reminders(so, why):
    assert recall_now(facts(**so)) is why


@pytest.mark.parametrize("over", [{"stopped": True}, {"today": date(2027, 3, 2)}])
@pytest.mark.parametrize(
    ("so", "why"),
    [
        ({"reaction_persists": True}, WhyNot.REACTION),
        ({"outcome": Outcome.CLINICIAN_REVIEW}, WhyNot.REVIEW),
        ({"answer": "open"}, WhyNot.ANSWERED),
        ({"booked": True}, WhyNot.BOOKED),
    ],
)
def test_that_the_reminders_are_over_hides_nothing_that_stands_in_the_way_of_dose_two(
    so, why, over
):
    assert recall_now(facts(**so, **over)) is why


def test_a_fever_on_the_day_of_dose_two_pauses_nothing():
    feverish = facts(outcome=Outcome.DEFER, reasons=frozenset({"R31"}))
    assert recall_now(feverish) == recall_days(GIVEN_ON)[0]


def test_whoever_had_a_place_is_not_reminded_of_the_days_before_it_was_lost():
    lost = facts(today=GIVEN_ON + 30 * A_DAY, lost_place_on=GIVEN_ON + 30 * A_DAY)
    assert recall_now(lost) is WhyNot.NOT_YET
    assert recall_now(replace(lost, today=GIVEN_ON + 35 * A_DAY)) == recall_days(GIVEN_ON)[1]


def test_when_the_reaction_has_gone_the_newest_is_written_at_once():
    gone = facts(today=GIVEN_ON + 50 * A_DAY, sent=frozenset({"d28"}))
    assert recall_now(gone) == recall_days(GIVEN_ON)[1]


def test_a_clinician_s_longer_interval_holds_the_first_ones_back():
    later = facts(first_day=GIVEN_ON + 56 * A_DAY)
    assert [code for code, _day in reminded(later)] == ["d60", "m3", "m4", "m5", "m6"]
    assert next_recall(later) == recall_days(GIVEN_ON)[2]


def test_a_shorter_interval_brings_nothing_forward():
    assert reminded(facts(first_day=GIVEN_ON + 21 * A_DAY))[0] == ("d28", GIVEN_ON + 28 * A_DAY)


any_day = st.dates(date(2020, 1, 1), date(2040, 12, 31))
anything = st.builds(
    NextDueFacts,
    today=any_day,
    dose_one_on=any_day,
    first_day=any_day,
    outcome=st.sampled_from(["", *Outcome]),
    doses_planned=st.integers(0, 2),
    reasons=st.frozensets(st.sampled_from(["R20", "R31", "R33", "R34", "COMPLETE", "R16"])),
    given=st.booleans(),
    booked=st.booleans(),
    lost_place_on=st.none() | any_day,
    had_mpox=st.booleans(),
    reaction_persists=st.booleans(),
    answer=st.sampled_from(["", "open", "holds"]),
    stopped=st.booleans(),
    sent=st.frozensets(st.sampled_from(["d28", "d35", "d60", "m3", "m4", "m5", "m6"])),
)


@given(any_day)
def test_the_days_rise_from_28_to_six_months_and_the_last_is_a_working_day(given_on):
    days = [one.day for one in recall_days(given_on)]
    assert days == sorted(set(days))
    assert days[0] == given_on + 28 * A_DAY
    assert days[-1] <= last_day(given_on) <= given_on + 184 * A_DAY
    assert not is_day_of_rest(days[-1])


@given(anything, st.integers(0, 400))
def test_never_before_day_28_never_after_six_months_and_never_against_what_ends_or_pauses(one, n):
    one = replace(one, today=one.dose_one_on + n * A_DAY)
    found = recall_now(one)
    if not isinstance(found, Occasion):
        return
    assert 28 <= n <= 184
    assert found.day <= one.today <= last_day(one.dose_one_on)
    assert found.code not in one.sent
    ends_or_pauses = [one.given, one.booked, one.had_mpox, one.stopped, one.reaction_persists]
    assert not any(ends_or_pauses)
    assert not one.answer
    assert not one.reasons & {"R20", "R33", "R34", "COMPLETE"}
    assert one.outcome in {Outcome.ELIGIBLE, Outcome.DEFER}
    assert one.doses_planned == 2


@given(any_day, st.lists(st.integers(0, 220), max_size=20))
def test_each_occasion_comes_at_most_once_whenever_somebody_sweeps(given_on, swept):
    one = facts(dose_one_on=given_on, first_day=given_on + 28 * A_DAY)
    written = [code for code, _day in reminded(one, swept=sorted(swept))]
    assert len(written) == len(set(written))


def test_ends_and_pauses_are_told_apart():
    assert not ENDS & PAUSES
    assert set(WhyNot) - ENDS - PAUSES == {WhyNot.NOT_YET, WhyNot.SENT, WhyNot.NEWER}
