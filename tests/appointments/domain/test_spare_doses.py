"""Whether a dose is spare for somebody without a time; people booked come first."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from appointments.domain.day_facts import DayNow, OpenVial
from appointments.domain.spare_doses import SpareWhy, spare_doses
from appointments.domain.vial_planning import VialPolicy

POLICY = VialPolicy(window_min=120)
NOON = DayNow(now=60, closing=240, stock=5)


def vial(left=5, drawn=0, expiry=150, invited=0):
    return OpenVial(id="a", expiry=expiry, drawn=drawn, left=left, invited=invited)


def spare(**day):
    return spare_doses(replace(NOON, **day), POLICY)


def test_what_is_in_an_open_vial_that_nobody_needs_is_spare():
    found = spare(vials=(vial(left=2, drawn=3),))
    assert (found.number, found.why) == (2, SpareWhy.IN_OPEN_VIAL)


def test_people_who_wait_or_come_in_time_are_served_first():
    # Of the five, four are sure: one for who waits, two for those who come in time.
    found = spare(vials=(vial(),), waiting=(55,), expected=(70, 80))
    assert (found.number, found.why) == (1, SpareWhy.IN_OPEN_VIAL)


def test_those_who_come_after_the_vial_has_ended_do_not_need_it():
    assert spare(vials=(vial(left=2, drawn=3),), expected=(200, 210)).number == 2


def test_those_invited_have_been_promised_theirs():
    none = spare(vials=(vial(left=2, drawn=3, invited=2),))
    assert (none.number, none.why) == (0, SpareWhy.PEOPLE_FIRST)


def test_no_vial_is_opened_for_people_without_a_time_alone():
    assert spare().why is SpareWhy.NO_VIAL
    assert spare(standby_waiting=(58,)).number == 0


def test_the_vial_for_who_waits_has_doses_over():
    found = spare(waiting=(58,))
    assert (found.number, found.why, found.wait_until) == (3, SpareWhy.IN_NEXT_VIAL, None)


def test_who_comes_may_wait_for_the_vial_of_the_next_booked_person():
    assert spare(expected=(90,)).wait_until == 90
    assert spare(expected=(121,)).why is SpareWhy.NO_VIAL


def test_without_stock_there_is_none():
    none = spare(waiting=(58,), stock=0)
    assert (none.number, none.why) == (0, SpareWhy.NO_STOCK)


def test_a_vial_set_aside_for_a_whole_dose_is_not_shared():
    assert spare(waiting=(58,), whole_expected=(90,), stock=1).number == 0


def test_a_full_vial_has_none_over():
    assert spare(waiting=(58, 58), expected=(70, 80)).why is SpareWhy.PEOPLE_FIRST


minutes = st.integers(0, 240)
vials = st.builds(
    lambda drawn, expiry, invited: vial(5 - drawn, drawn, expiry, invited),
    st.integers(0, 5),
    minutes,
    st.integers(0, 3),
)
days = st.builds(
    DayNow,
    now=st.just(60),
    closing=st.just(240),
    waiting=st.lists(st.integers(0, 60), max_size=8).map(tuple),
    expected=st.lists(minutes, max_size=8).map(tuple),
    vials=st.lists(vials, max_size=3).map(tuple),
    stock=st.integers(0, 4),
    standby_waiting=st.lists(st.integers(0, 60), max_size=3).map(tuple),
    with_doctor=st.integers(0, 2),
)


@given(day=days)
def test_one_more_person_takes_one_of_those_that_are_spare(day):
    before = spare_doses(day, POLICY)
    assume(before.number)
    after = spare_doses(replace(day, standby_waiting=(*day.standby_waiting, day.now)), POLICY)
    if (after.why, after.wait_until) == (before.why, before.wait_until):
        assert after.number == before.number - 1
    elif before.why is SpareWhy.IN_OPEN_VIAL:
        # It was the last one there; what is said now is of the next vial.
        assert before.number == 1
    elif after.number:
        # The next vial is opened for others, and sooner.
        assert (after.wait_until or day.now) < (before.wait_until or day.now)


@given(day=days)
def test_never_more_is_spare_than_there_can_be(day):
    held = sum(one.left for one in day.vials if one.expiry > day.now) + 5 * day.stock
    assert spare_doses(day, POLICY).number <= held


@pytest.mark.parametrize("left", [1, 2, 3])
def test_taking_the_spare_ones_ends_at_none(left):
    waiting: tuple[int, ...] = ()
    for _ in range(left):
        assert spare(vials=(vial(left=left, drawn=5 - left),), standby_waiting=waiting).number
        waiting = (*waiting, 60)
    assert not spare(vials=(vial(left=left, drawn=5 - left),), standby_waiting=waiting).number
