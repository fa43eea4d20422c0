from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services import holding
from appointments.services.holding import (
    HOLD_MINUTES,
    TooManyHoldsError,
    current_hold,
    expire_holds,
    hold,
)
from appointments.services.seats import SlotUnavailableError
from limits.rules import HOLD
from tests.factories import BEFORE, make_booking, make_session, slot_at

pytestmark = pytest.mark.django_db

ALICE, BOB = "a" * 64, "b" * 64


def take(slot, browser=ALICE, *, route="intradermal", now=BEFORE, not_before=None):
    return hold(
        slot_id=slot.pk,
        browser_hash=browser,
        route=route,
        dose_number=1,
        not_before=not_before,
        now=now,
    )


def test_a_hold_takes_the_first_free_seat_for_ten_minutes(valkey):
    slot = slot_at(make_session(stations=2), "17.00")
    held = take(slot)
    assert (held.status, held.seat) == (Status.HELD, 1)
    assert held.held_until == BEFORE + timedelta(minutes=HOLD_MINUTES)
    assert take(slot, BOB).seat == 2


def test_a_browser_that_asks_twice_for_a_time_keeps_its_first_hold_and_its_end(valkey):
    slot = slot_at(make_session(), "17.00")
    first = take(slot)
    again = take(slot, now=BEFORE + timedelta(minutes=5))
    assert again.pk == first.pk
    assert again.held_until == first.held_until


def test_a_browser_that_takes_another_time_lets_go_of_the_first(valkey):
    session = make_session(stations=1)
    take(slot_at(session, "17.00"))
    take(slot_at(session, "17.10"))
    take(slot_at(session, "17.00"), BOB)
    assert Appointment.objects.filter(status=Status.HELD).count() == 2


def test_a_refused_second_choice_leaves_the_first_hold_alone(valkey):
    session = make_session(stations=1)
    held = take(slot_at(session, "17.00"))
    take(slot_at(session, "17.10"), BOB)
    with pytest.raises(SlotUnavailableError):
        take(slot_at(session, "17.10"))
    assert current_hold(browser_hash=ALICE, now=BEFORE).pk == held.pk


def test_a_hold_that_ran_out_gives_its_seat_to_the_next_before_any_sweep(valkey):
    slot = slot_at(make_session(stations=1), "17.00")
    take(slot)
    later = BEFORE + timedelta(minutes=HOLD_MINUTES)
    assert current_hold(browser_hash=ALICE, now=later) is None
    assert take(slot, BOB, now=later).seat == 1


def test_the_sweep_expires_what_ran_out_and_nothing_else(valkey):
    session = make_session()
    take(slot_at(session, "17.00"))
    take(slot_at(session, "17.10"), BOB, now=BEFORE + timedelta(minutes=5))
    assert expire_holds(now=BEFORE + timedelta(minutes=HOLD_MINUTES)) == 1
    assert expire_holds(now=BEFORE + timedelta(minutes=HOLD_MINUTES)) == 0


@pytest.mark.parametrize("minutes_after_start", [0, 1])
def test_a_time_that_has_begun_cannot_be_held(valkey, minutes_after_start):
    slot = slot_at(make_session(), "17.00")
    with pytest.raises(SlotUnavailableError):
        take(slot, now=slot.starts_at + timedelta(minutes=minutes_after_start))


def test_a_full_time_an_unknown_time_and_a_draft_cannot_be_held(valkey):
    session = make_session(stations=1)
    make_booking(session=session, clock="17.00")
    with pytest.raises(SlotUnavailableError):
        take(slot_at(session, "17.00"))
    unknown = slot_at(session, "17.10")
    unknown.pk = uuid4()
    with pytest.raises(SlotUnavailableError):
        take(unknown)
    draft = make_session(opened=False, starts_at=session.starts_at + timedelta(days=7))
    with pytest.raises(SlotUnavailableError):
        take(slot_at(draft, "17.00"))


def test_a_second_dose_is_not_held_before_its_day(valkey):
    session = make_session()
    slot = slot_at(session, "17.00")
    with pytest.raises(SlotUnavailableError):
        take(slot, not_before=session.date + timedelta(days=1))
    assert take(slot, not_before=session.date).not_before == session.date


def test_no_session_promises_more_vials_than_it_has(valkey):
    session = make_session(vials=1)
    take(slot_at(session, "17.00"), route="subcutaneous")
    with pytest.raises(SlotUnavailableError):
        take(slot_at(session, "17.00"), BOB)


def test_six_people_need_a_second_vial_and_people_far_apart_do_too(valkey):
    session = make_session(vials=1, stations=6)
    for number in range(5):
        take(slot_at(session, "17.00"), f"{number}" * 64)
    with pytest.raises(SlotUnavailableError):
        take(slot_at(session, "17.00"), ALICE)
    other = make_session(vials=1, starts_at=session.starts_at + timedelta(days=7))
    take(slot_at(other, "16.00"))
    with pytest.raises(SlotUnavailableError):
        take(slot_at(other, "19.40"), BOB)


def test_a_browser_that_holds_on_and_on_is_told_to_wait(valkey):
    session = make_session()
    slots = [slot_at(session, "17.00"), slot_at(session, "17.10")]
    for number in range(30):
        take(slots[number % 2])
    with pytest.raises(TooManyHoldsError) as refused:
        take(slots[0])
    assert 0 < refused.value.retry_after <= 3600


def test_a_robot_that_throws_its_browser_away_is_stopped_by_its_network(valkey, monkeypatch):
    """And a person on another network, or one that is not counted, is not."""
    monkeypatch.setattr(holding, "HOLD", replace(HOLD, address=3))
    session = make_session(stations=1)

    def hold_as(number, address):
        return hold(
            slot_id=slot_at(session, f"17.{number}0").pk,
            browser_hash=f"{number}" * 64,
            route="intradermal",
            dose_number=1,
            not_before=None,
            address=address,
            now=BEFORE,
        )

    for number in range(3):
        hold_as(number, "192.0.2.7")
    with pytest.raises(TooManyHoldsError):
        hold_as(3, "192.0.2.7")
    assert hold_as(4, "192.0.2.8").status == Status.HELD
    assert hold_as(5, "").status == Status.HELD


def test_a_network_is_shared_by_more_people_than_a_browser():
    assert HOLD.address >= 5 * HOLD.browser
