"""Whom the cutoff asks to move, by when they answer, and which yes is carried out."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.domain.repairs import (
    answer_deadline,
    consented_moves,
    waits_for_morning,
    whom_to_ask,
)
from appointments.domain.vial_planning import VialPolicy, min_vials, plan_batches, propose_places
from tests.factories import OPENING, oslo

HOUR = VialPolicy(window_min=60)  # people within 50 minutes share
MORNING_AND_TWO_LATE = [0, 10, 20, 200, 300]
TO_THE_MORNING = {3: [30, 40], 4: [30, 40]}


def test_those_who_cost_a_vial_each_are_asked_about_times_of_their_own():
    asked = whom_to_ask(MORNING_AND_TWO_LATE, TO_THE_MORNING, HOUR)

    assert set(asked) == {3, 4}
    assert set(asked.values()) == {30, 40}


def test_who_said_no_is_not_asked_again():
    assert set(whom_to_ask(MORNING_AND_TWO_LATE, TO_THE_MORNING, HOUR, refused=[3])) == {4}
    assert whom_to_ask(MORNING_AND_TWO_LATE, TO_THE_MORNING, HOUR, refused=[3, 4]) == {}


def test_who_is_asked_already_is_not_asked_twice():
    first = whom_to_ask(MORNING_AND_TWO_LATE, TO_THE_MORNING, HOUR)

    again = whom_to_ask(MORNING_AND_TWO_LATE, TO_THE_MORNING, HOUR, outstanding=first, asked=2)

    assert again == {}


def test_after_a_no_another_is_asked_beside_the_one_who_is_asked_already():
    times = [0, 10, 20, 200, 300, 400]
    movable = {index: [30, 40] for index in (3, 4, 5)}
    policy = replace(HOUR, max_moves=2)
    first = whom_to_ask(times, movable, policy)
    assert len(first) == 2
    said_no, waits = sorted(first)

    again = whom_to_ask(
        times,
        {index: [minute for minute in (30, 40) if minute != first[waits]] for index in (3, 4, 5)},
        policy,
        outstanding={waits: first[waits]},
        refused=[said_no],
        asked=2,
    )

    assert set(again) == {3, 4, 5} - set(first)
    assert first[waits] not in again.values()


@pytest.mark.parametrize("asked", [6, 7])
def test_no_more_are_asked_than_a_day_allows(asked):
    assert whom_to_ask(MORNING_AND_TWO_LATE, TO_THE_MORNING, HOUR, asked=asked) == {}


def test_with_one_question_left_one_is_asked():
    assert len(whom_to_ask(MORNING_AND_TWO_LATE, TO_THE_MORNING, HOUR, asked=5)) == 1


def test_a_yes_to_a_free_time_that_shares_a_vial_is_carried_out():
    assert consented_moves(MORNING_AND_TWO_LATE, {3: 30}, {30: 1}, HOUR) == {3: 30}


def test_a_yes_to_a_time_that_was_taken_meanwhile_is_not():
    assert consented_moves(MORNING_AND_TWO_LATE, {3: 30}, {30: 0}, HOUR) == {}
    assert consented_moves(MORNING_AND_TWO_LATE, {3: 30}, {}, HOUR) == {}


def test_of_two_who_said_yes_to_the_last_seat_one_gets_it():
    assert len(consented_moves(MORNING_AND_TWO_LATE, {3: 30, 4: 30}, {30: 1}, HOUR)) == 1


def test_a_yes_that_saves_nothing_any_more_is_not_carried_out():
    """Somebody has booked beside the one who said yes, so a vial is needed there anyway."""
    full = [0, 10, 20, 25, 28]
    assert consented_moves([*full, 200], {5: 30}, {30: 1}, HOUR) == {}
    assert consented_moves([0, 200, 210, 220], {1: 30}, {30: 1}, HOUR) == {}


def test_two_who_only_together_save_a_vial_are_moved_together_or_not_at_all():
    times, seats = [0, 10, 20, 200, 210], {30: 1, 40: 1}
    both = {3: 30, 4: 40}

    assert consented_moves(times, both, seats, HOUR) == both
    assert consented_moves(times, {3: 30}, seats, HOUR) == {}


minutes = st.integers(0, 40).map(lambda ten: 10 * ten)
policies = st.builds(
    VialPolicy,
    window_min=st.sampled_from([10, 60, 120, 240]),
    booked_per_vial=st.integers(1, 6),
    max_moves=st.integers(0, 4),
    max_asks=st.integers(0, 6),
)


@st.composite
def days(draw):
    times = sorted(draw(st.lists(minutes, max_size=9)))
    people = range(len(times))
    movable = {index: draw(st.sets(minutes, max_size=4)) for index in people if draw(st.booleans())}
    return times, movable


@settings(deadline=None)
@given(days(), policies, st.integers(0, 6), st.data())
def test_only_who_may_be_asked_is_asked_and_no_more_than_allowed(day, policy, asked, data):
    times, movable = day
    willing = sorted(index for index in movable if movable[index])
    refused = data.draw(st.sets(st.sampled_from(willing))) if willing else set()
    found = whom_to_ask(times, movable, policy, refused=refused, asked=asked)

    assert len(found) <= max(0, min(policy.max_asks - asked, policy.max_moves))
    assert not found.keys() & refused
    assert all(minute in movable[index] for index, minute in found.items())
    assert len(set(found.values())) == len(found)
    left = {index: each for index, each in movable.items() if index not in refused}
    if asked == 0:
        assert bool(found) == bool(propose_places(times, left, policy))


@settings(deadline=None)
@given(days(), policies, st.data())
def test_a_consented_move_never_raises_the_planned_vials(day, policy, data):
    times, movable = day
    consents = {
        index: data.draw(st.sampled_from(sorted(options)))
        for index, options in movable.items()
        if options
    }
    seats = {minute: data.draw(st.integers(0, 2)) for minute in set(consents.values())}
    done = consented_moves(times, consents, seats, policy)

    assert done.items() <= consents.items()
    assert len(done) <= policy.max_moves
    targets = list(done.values())
    assert all(targets.count(minute) <= seats[minute] for minute in targets)
    after = sorted([t for i, t in enumerate(times) if i not in done] + targets)
    span, cap = policy.span_min, policy.booked_per_vial
    assert min_vials(after, span, cap) <= min_vials(times, span, cap)
    assert len(plan_batches(after, policy).batches) <= len(plan_batches(times, policy).batches)
    if done:
        saved = plan_batches(times, policy).cost - plan_batches(after, policy).cost
        assert saved > policy.move_cost * len(done)


@settings(deadline=None)
@given(days(), policies)
def test_if_all_say_yes_and_nothing_else_happens_something_is_saved(day, policy):
    times, movable = day
    asked = whom_to_ask(times, movable, policy)

    done = consented_moves(times, asked, dict.fromkeys(asked.values(), 1), policy)

    assert bool(done) == bool(asked)


@pytest.mark.parametrize(
    ("now", "starts_at", "deadline"),
    [
        ("16.00", timedelta(days=1), "19.00"),
        ("17.30", timedelta(days=1), "20.00"),
        ("19.30", timedelta(days=1), "20.00"),
        ("19.31", timedelta(days=1), None),
        ("07.59", timedelta(hours=9), None),
        ("08.00", timedelta(hours=9), "11.00"),
        ("09.00", timedelta(hours=3), "10.00"),
        ("09.00", timedelta(hours=2, minutes=20), None),
        ("16.00", timedelta(hours=1), None),
        ("16.00", -timedelta(hours=1), None),
    ],
)
def test_there_are_three_hours_to_answer_never_in_the_evening_never_close_to_the_day(
    now, starts_at, deadline
):
    moment = oslo(OPENING.date(), now)

    expected = deadline and oslo(OPENING.date(), deadline)

    assert answer_deadline(moment, moment + starts_at) == expected


@pytest.mark.parametrize(
    ("now", "hours", "waits"),
    [
        ("16.00", 24, False),  # now is a time to ask
        ("22.00", 18, True),
        ("03.00", 13, True),
        ("22.00", 11, False),  # the session opens at nine: then it is too late to ask
        ("09.00", 2, False),
    ],
)
def test_a_cutoff_that_was_missed_waits_for_the_morning_when_that_helps(now, hours, waits):
    moment = oslo(OPENING.date(), now)

    assert waits_for_morning(moment, moment + timedelta(hours=hours)) is waits
