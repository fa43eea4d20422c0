"""What the board advises, by example and in general."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.domain import vial_planning
from appointments.domain.day_advice import (
    GIVEN_UP_AFTER,
    Act,
    Advice,
    DayNow,
    OpenVial,
    Why,
    advise,
)
from appointments.domain.vial_planning import VialPolicy

HOUR = VialPolicy(window_min=60)
FULL = OpenVial("a", expiry=160, drawn=0, left=5)


def day(**facts: object) -> DayNow:
    return DayNow(**{"now": 100, "closing": 480, "stock": 9, **facts})  # type: ignore[arg-type]


def first(day: DayNow, policy: VialPolicy = HOUR) -> Advice:
    return advise(day, policy)[0]


def test_given_nobody_waits_and_nothing_is_open_then_there_is_nothing_to_do():
    assert advise(day(expected=(110, 300)), HOUR) == []


def test_given_an_open_vial_then_give_from_it_and_say_whether_it_empties():
    vial = OpenVial("a", expiry=131, drawn=3, left=2)
    assert first(day(waiting=(91,), expected=(110, 120), vials=(vial,))) == Advice(
        Act.GIVE, Why.WILL_EMPTY, vial="a", until=131, number=3, left=2
    )
    assert first(day(waiting=(91,), vials=(FULL,))).why is Why.LEFT_OVER


def test_given_two_open_vials_then_give_from_the_one_that_expires_first():
    soon = OpenVial("b", expiry=120, drawn=0, left=5)
    advice = first(day(waiting=(91,), vials=(FULL, soon)))
    assert (advice.act, advice.vial, advice.why) == (Act.GIVE, "b", Why.EXPIRES_FIRST)


def test_given_an_expired_or_empty_vial_then_it_is_as_if_it_were_not_there():
    gone = OpenVial("a", expiry=100, drawn=1, left=4)
    empty = OpenVial("b", expiry=160, drawn=5, left=0)
    assert first(day(waiting=(91,), vials=(gone, empty))).act is Act.OPEN


@pytest.mark.parametrize(
    ("facts", "why", "number"),
    [
        ({"waiting": (91,)}, Why.NOBODY_ELSE, 1),
        ({"waiting": (91, 95)}, Why.NOBODY_MISSED, 2),
        ({"waiting": (91,), "expected": (120, 150)}, Why.NOBODY_MISSED, 3),
        ({"waiting": (91,), "expected": (110, 120, 130, 140, 165)}, Why.FILLS, 5),
        ({"waiting": (91,), "expected": (300,)}, Why.NO_GAIN, 1),
        ({"waiting": (80,), "expected": (165,)}, Why.NO_GAIN, 1),
    ],
)
def test_a_vial_is_opened_for_a_reason(facts: dict[str, object], why: Why, number: int):
    advice = first(day(**facts))
    assert (advice.act, advice.why, advice.number, advice.until) == (Act.OPEN, why, number, 160)


def test_given_a_short_wait_reaches_one_more_then_hold_and_stand_by_it_minute_after_minute():
    booked = day(waiting=(100,), expected=(175,))
    for now in range(100, 115):
        advice = first(replace(booked, now=now))
        assert (advice.act, advice.until, advice.next_at) == (Act.HOLD, 115, 175)
    assert first(replace(booked, now=115)).act is Act.OPEN


def test_given_the_next_one_cancels_while_we_wait_then_nobody_waits_longer_than_promised():
    assert first(day(now=110, waiting=(100,), expected=(185,))).act is Act.OPEN


def test_given_somebody_is_very_late_then_they_are_no_longer_counted_on():
    late = 100 - GIVEN_UP_AFTER - 1
    assert first(day(waiting=(91,), expected=(late,))).why is Why.NOBODY_ELSE


def test_whoever_waits_for_the_clinician_opens_no_vial_but_counts_for_one():
    assert advise(day(with_doctor=1), HOUR) == []
    assert first(day(waiting=(91,), with_doctor=1)).number == 2


def test_standby_people_alone_open_no_vial():
    waits = first(day(standby_waiting=(95,), expected=(130,)))
    assert (waits.act, waits.until) == (Act.STANDBY_WAITS, 130)
    assert first(day(standby_waiting=(95,))).act is Act.REBOOK
    assert first(day(standby_waiting=(95,), vials=(FULL,))).act is Act.GIVE


def test_a_whole_vial_person_gets_an_untouched_vial_or_a_new_one():
    untouched = first(day(whole_waiting=(90,), vials=(FULL,)))
    assert (untouched.act, untouched.vial, untouched.why) == (Act.GIVE, "a", Why.UNTOUCHED)
    used = OpenVial("a", expiry=160, drawn=1, left=4)
    opened = first(day(whole_waiting=(90,), vials=(used,)))
    assert (opened.act, opened.why, opened.whole) == (Act.OPEN, Why.WHOLE_VIAL, True)


def test_a_vial_that_is_shared_or_promised_is_not_given_whole():
    both = advise(day(waiting=(95,), whole_waiting=(90,), vials=(FULL,)), HOUR)
    assert [(one.act, one.whole) for one in both] == [(Act.OPEN, True), (Act.GIVE, False)]
    promised = advise(day(whole_waiting=(90,), vials=(replace(FULL, invited=1),)), HOUR)
    assert promised[0].act is Act.OPEN


def test_what_can_be_done_at_once_comes_before_waiting():
    acts = [
        one.act for one in advise(day(waiting=(90,), whole_waiting=(95,), expected=(165,)), HOUR)
    ]
    assert acts == [Act.OPEN, Act.HOLD]


def test_given_no_vial_in_stock_then_say_so_and_send_nobody_home():
    assert first(day(waiting=(91,), stock=0)).act is Act.NO_STOCK
    assert first(day(whole_waiting=(91,), stock=0)).act is Act.NO_STOCK


def test_only_a_threshold_set_on_purpose_sends_a_booked_person_home():
    scarce = replace(HOUR, open_threshold=3)
    assert first(day(waiting=(91,)), scarce).act is Act.REBOOK
    assert first(day(waiting=(91,), expected=(110, 120)), scarce).act is Act.REBOOK
    assert first(day(waiting=(91, 92), expected=(110, 120)), scarce).act is Act.OPEN


def test_spare_doses_are_offered_to_standby_people():
    vial = OpenVial("a", expiry=160, drawn=1, left=4)
    invited = advise(day(vials=(vial,), reachable=6), HOUR)
    assert invited == [Advice(Act.INVITE, Why.SPARE, vial="a", until=160, number=3, left=4)]


def test_nobody_is_invited_where_nobody_can_be_reached_or_come_in_time():
    vial = OpenVial("a", expiry=160, drawn=1, left=4)
    assert advise(day(vials=(vial,), reachable=0), HOUR) == []
    assert advise(day(vials=(replace(vial, expiry=130),), reachable=6), HOUR) == []
    assert advise(day(vials=(vial,), reachable=6, closing=130), HOUR) == []


def test_towards_closing_the_vials_to_come_are_reckoned_with():
    vial = OpenVial("a", expiry=480, drawn=4, left=1)
    three = (455, 460, 470)  # the fifth dose is one's; a vial is opened for the others
    last = day(now=430, expected=three, vials=(vial,), reachable=4)
    assert advise(last, HOUR) == [
        Advice(Act.INVITE, Why.SPARE, vial="a", until=480, number=1, left=1)
    ]
    assert advise(replace(last, expected=(455,)), HOUR) == [], "that one may well empty it"
    assert advise(replace(last, closing=600), HOUR) == [], "others will come"
    assert advise(replace(last, vials=(replace(vial, expiry=459),)), HOUR) == [], "too late for it"
    two = (vial, replace(vial, id="b"))
    assert advise(replace(last, vials=two), HOUR) == [], "which of two is not known"


def test_people_who_surely_take_from_the_first_vial_do_not_hide_what_the_second_has_left():
    one = OpenVial("a", expiry=140, drawn=0, left=5)
    two = OpenVial("b", expiry=160, drawn=0, left=5)
    expected = (105, 110, 115, 120)
    numbers = {
        a.vial: a.number
        for a in advise(day(vials=(one, two), expected=expected, reachable=9), HOUR)
    }
    assert numbers == {"b": 3}


def test_a_lone_last_person_brings_the_clinicians_choice():
    assert [one.act for one in advise(day(waiting=(91,)), HOUR)] == [Act.OPEN, Act.WHOLE_VIAL]
    assert [one.act for one in advise(day(waiting=(91,), vials=(FULL,)), HOUR)] == [
        Act.GIVE,
        Act.WHOLE_VIAL,
    ]


@pytest.mark.parametrize(
    "facts",
    [
        {"waiting": (91, 92)},
        {"expected": (130,)},
        {"whole_expected": (130,)},
        {"whole_waiting": (95,)},
        {"with_doctor": 1},
        {"standby_coming": 1},
        {"standby_waiting": (95,)},
        {"reachable": 1},
        {"stock": 0},
        {"vials": (OpenVial("a", expiry=160, drawn=1, left=4),)},
        {"vials": (replace(FULL, invited=1),)},
    ],
)
def test_not_where_anybody_else_could_share(facts: dict[str, object]):
    acts = [one.act for one in advise(day(**{"waiting": (91,), **facts}), HOUR)]
    assert Act.WHOLE_VIAL not in acts


def test_it_asks_the_planners_functions(monkeypatch: pytest.MonkeyPatch):
    vial = OpenVial("a", expiry=160, drawn=1, left=4)
    assert first(day(waiting=(100,))).act is Act.OPEN
    monkeypatch.setattr(vial_planning, "hold_minutes", lambda *_: 10)
    assert first(day(waiting=(100,))) == Advice(Act.HOLD, Why.REACHES_NEXT, until=110, number=1)
    monkeypatch.setattr(vial_planning, "invite_now", lambda *_: False)
    assert advise(day(vials=(vial,), reachable=6), HOUR) == []


minutes = st.integers(0, 300)
since = st.lists(st.integers(60, 100), max_size=4).map(tuple)
policies = st.builds(
    VialPolicy,
    window_min=st.sampled_from([5, 30, 60, 120, 480]),
    hold_min=st.sampled_from([0, 10, 20, 35]),
    p_attend_day=st.sampled_from([0.0, 0.7, 0.9, 1.0]),
    standby_eta=st.sampled_from([0, 30]),
    standby_conf=st.sampled_from([0.0, 0.5, 0.9]),
)


@st.composite
def vials(draw: st.DrawFn) -> tuple[OpenVial, ...]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        left = draw(st.integers(0, 5))
        found.append(
            OpenVial(
                f"v{number}",
                expiry=draw(st.integers(90, 200)),
                drawn=5 - left,
                left=left,
                invited=draw(st.integers(0, 2)),
            )
        )
    return tuple(found)


days = st.builds(
    DayNow,
    now=st.just(100),
    closing=st.integers(100, 400),
    waiting=since,
    expected=st.lists(minutes, max_size=8).map(tuple),
    vials=vials(),
    stock=st.integers(0, 3),
    whole_waiting=st.lists(st.integers(60, 100), max_size=2).map(tuple),
    whole_expected=st.lists(minutes, max_size=2).map(tuple),
    with_doctor=st.integers(0, 2),
    standby_waiting=st.lists(st.integers(60, 100), max_size=2).map(tuple),
    standby_coming=st.integers(0, 2),
    reachable=st.integers(0, 6),
)


def usable(day: DayNow) -> list[OpenVial]:
    return [vial for vial in day.vials if vial.left and day.now < vial.expiry]


@given(days, policies)
def test_a_hold_is_short_and_never_while_a_dose_is_left(day: DayNow, policy: VialPolicy):
    for advice in advise(day, policy):
        if advice.act is Act.HOLD:
            assert not usable(day)
            assert advice.until is not None
            assert day.now < advice.until <= min(day.waiting) + policy.hold_min


@given(days, policies)
def test_a_vial_that_expires_first_is_given_from_first(day: DayNow, policy: VialPolicy):
    for advice in advise(day, policy):
        if advice.act is Act.GIVE and not advice.whole:
            assert advice.until == min(vial.expiry for vial in usable(day))


@given(days, policies)
def test_never_more_are_invited_than_could_be_served(day: DayNow, policy: VialPolicy):
    invited = [one for one in advise(day, policy) if one.act is Act.INVITE]
    by_id = {vial.id: vial for vial in usable(day)}
    assert sum(one.number for one in invited) <= day.reachable
    assert len({one.vial for one in invited}) == len(invited)
    for one in invited:
        vial = by_id[one.vial]
        assert 1 <= one.number <= vial.left - vial.invited
        assert day.now + policy.standby_eta < min(vial.expiry, day.closing)
    if invited:
        here = len(day.waiting) + len(day.standby_waiting) + day.with_doctor + day.standby_coming
        promised = here + sum(vial.invited for vial in usable(day))
        left = sum(vial.left for vial in usable(day))
        assert sum(one.number for one in invited) + promised <= max(left, promised)


@given(days, policies)
def test_nobody_is_sent_to_a_vial_that_another_is_to_have(day: DayNow, policy: VialPolicy):
    advice = advise(day, policy)
    given_from = [one.vial for one in advice if one.act is Act.GIVE]
    assert len(set(given_from)) == len(given_from)
    whole = {one.vial for one in advice if one.whole}
    assert whole.isdisjoint(one.vial for one in advice if one.act is Act.INVITE)


@given(days, policies)
def test_the_whole_vial_is_offered_to_a_lone_last_person_only(day: DayNow, policy: VialPolicy):
    for advice in advise(day, policy):
        if advice.act is Act.WHOLE_VIAL:
            assert len(day.waiting) == 1
            assert not [*day.whole_waiting, *day.standby_waiting, *range(day.with_doctor)]
            assert all(day.now - minute > GIVEN_UP_AFTER for minute in day.expected)
            assert all(vial.drawn == 0 and not vial.invited for vial in usable(day))


@given(days, policies)
def test_whoever_is_booked_and_waits_is_never_sent_home(day: DayNow, policy: VialPolicy):
    acts = {one.act for one in advise(day, policy)}
    if day.waiting:
        assert Act.REBOOK not in acts
        assert acts & {Act.GIVE, Act.OPEN, Act.HOLD, Act.NO_STOCK}


@given(days, policies, st.integers(-200, 500))
def test_the_hour_of_the_day_makes_no_difference(day: DayNow, policy: VialPolicy, by: int):
    def moved(times: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(minute + by for minute in times)

    later = replace(
        day,
        now=day.now + by,
        closing=day.closing + by,
        waiting=moved(day.waiting),
        expected=moved(day.expected),
        whole_waiting=moved(day.whole_waiting),
        whole_expected=moved(day.whole_expected),
        standby_waiting=moved(day.standby_waiting),
        vials=tuple(replace(vial, expiry=vial.expiry + by) for vial in day.vials),
    )
    as_moved = [
        replace(
            one,
            until=None if one.until is None else one.until + by,
            next_at=None if one.next_at is None else one.next_at + by,
        )
        for one in advise(day, policy)
    ]
    assert advise(later, policy) == as_moved


@given(days, policies)
def test_the_order_in_which_people_and_vials_are_told_makes_no_difference(
    day: DayNow, policy: VialPolicy
):
    turned = replace(
        day, expected=day.expected[::-1], waiting=day.waiting[::-1], vials=day.vials[::-1]
    )
    assert advise(turned, policy) == advise(day, policy)
