"""Who is next in line, until when they answer, and why others are passed over."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from appointments.domain.answer_times import (
    NIGHT,
    SOONEST,
    TRAVEL,
    QuietHours,
    may_disturb,
    standby_answer_by,
    tell_at,
    time_answer_by,
)
from appointments.domain.next_in_line import Chance, Waiter, next_in_line, takes_part, why_not
from appointments.domain.time_bands import Band
from appointments.domain.waiting import OfferKind, SkipReason
from clinics.domain.calendar import OSLO

NOW = datetime(2026, 11, 19, 10, 0, tzinfo=OSLO)
SESSION = UUID(int=1)

hours = st.builds(time, st.integers(0, 23))
quiets = st.one_of(st.none(), st.builds(QuietHours, hours, hours))
# Steps of real time over two years, nights with a clock change among them.
moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
waiters = st.builds(
    Waiter,
    entry_id=st.uuids(),
    rank=st.integers(0, 3),
    joined_at=st.integers(1, 50).map(lambda days: NOW - timedelta(days=days)),
    group=st.sampled_from([None, 1, 2, 3]),
    route=st.sampled_from(["intradermal", "subcutaneous"]),
    wants_time=st.booleans(),
    standby=st.booleans(),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    bands=st.frozensets(st.sampled_from(Band), min_size=1),
    not_before=st.sampled_from([None, NOW.date(), NOW.date() + timedelta(days=9)]),
    earlier_than=st.sampled_from([None, NOW, NOW + timedelta(days=30)]),
    eta_minutes=st.integers(5, 120),
    quiet=quiets,
    reachable=st.booleans(),
    has_offer=st.booleans(),
)
chances = st.builds(
    Chance,
    kind=st.sampled_from(OfferKind),
    session_id=st.just(SESSION),
    starts_at=st.integers(3, 200).map(lambda later: NOW + timedelta(hours=later)),
    groups=st.frozensets(st.integers(1, 3)),
    limit=st.integers(1, 300).map(lambda later: NOW + timedelta(minutes=later)),
)


@given(st.lists(waiters, max_size=12, unique_by=lambda one: one.entry_id), chances)
def test_nobody_is_passed_over_without_one_reason_and_the_chosen_one_is_the_first(line, chance):
    chosen, skipped = next_in_line(line, chance, NOW)
    in_line = sorted(
        (one for one in line if takes_part(one, chance.kind)), key=lambda one: one.place_in_line
    )
    before = in_line if chosen is None else in_line[: in_line.index(chosen)]
    assert [waiter for waiter, _ in skipped] == before
    assert all(why_not(waiter, chance, NOW) is reason for waiter, reason in skipped)
    assert chosen is None or why_not(chosen, chance, NOW) is None


@given(st.lists(waiters, max_size=8, unique_by=lambda one: one.entry_id), chances, st.randoms())
def test_the_order_of_the_rows_does_not_matter(line, chance, random):
    mixed = list(line)
    random.shuffle(mixed)
    assert next_in_line(line, chance, NOW) == next_in_line(mixed, chance, NOW)


@given(moments, st.integers(0, 60 * 24 * 30), quiets)
def test_an_answer_is_due_by_day_in_time_to_come_and_after_a_fair_while(now, minutes, quiet):
    starts_at = now + timedelta(minutes=minutes)
    due = time_answer_by(now, starts_at, quiet)
    if due is None:
        return
    sent = tell_at(now, quiet)
    assert starts_at - now >= SOONEST
    assert due <= starts_at - TRAVEL
    assert due - sent >= timedelta(minutes=30)
    # Nobody loses it in their sleep: the very moment when the night begins is the latest.
    just_before = due - timedelta(microseconds=1)
    assert may_disturb(due, quiet) or may_disturb(just_before, quiet)
    assert may_disturb(sent, quiet)


@given(moments, quiets)
def test_what_is_told_later_is_told_when_the_night_is_over(now, quiet):
    told = tell_at(now, quiet)
    if told is not None:
        assert told >= now
        assert may_disturb(told, quiet)
        assert told - now <= timedelta(hours=26)


@given(moments, st.integers(0, 500), st.integers(1, 120))
def test_who_is_called_can_still_be_there_before_the_end(now, left, eta):
    limit = now + timedelta(minutes=left)
    due = standby_answer_by(now, limit, eta)
    if due is None:
        assert left - eta < 6
    else:
        assert timedelta(minutes=3) <= due - now <= timedelta(minutes=10)
        assert due + timedelta(minutes=eta) < limit


def test_an_offer_late_in_the_evening_is_answered_next_morning():
    evening = NOW.replace(hour=20)
    due = time_answer_by(evening, evening + timedelta(days=3))
    assert due == evening.replace(day=20, hour=9)
    assert NIGHT.holds(evening + timedelta(hours=4))


def test_the_reason_is_the_one_that_lasts_when_several_rules_fail():
    waiter = Waiter(
        entry_id=UUID(int=2),
        rank=3,
        joined_at=NOW,
        group=3,
        route="intradermal",
        weekdays=frozenset({0}),
        has_offer=True,
    )
    chance = Chance(OfferKind.TIME, SESSION, NOW + timedelta(days=1), frozenset({1}))
    assert why_not(waiter, chance, NOW) is SkipReason.GROUP_CLOSED
