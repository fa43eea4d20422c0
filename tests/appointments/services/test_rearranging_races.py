"""A planner rearranges a session while a patient or a colleague acts: nobody is lost."""

from collections import Counter
from datetime import timedelta
from threading import Event
from time import sleep

import pytest

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.models import Appointment, ClinicSession, Displaced
from appointments.services import booking, session_rearranging
from appointments.services.booking import HoldExpiredError, book, cancel, confirm, rebook
from appointments.services.holding import hold
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.seats import SlotUnavailableError
from appointments.services.session_changes import SessionEndedError
from appointments.services.session_impact import preview, shape_of
from appointments.services.session_rearranging import PreviewStaleError, apply
from audit.domain import Actor
from tests.appointments.services.test_session_races import PATIENCE, together
from tests.factories import (
    OPENING,
    make_ask,
    make_booking,
    make_clinic,
    make_decision,
    make_session,
    slot_at,
)
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system()
NOW = OPENING - timedelta(days=3)


@pytest.fixture
def _no_locks(monkeypatch):
    """Look at the session, and lock neither it nor anybody in it."""
    monkeypatch.setattr(
        session_rearranging,
        "_lock_sessions",
        lambda session_id, now: ClinicSession.objects.get(pk=session_id),
    )
    monkeypatch.setattr(session_rearranging, "_lock_people", lambda session: None)


@pytest.fixture
def gap(monkeypatch):
    """Make the planner wait, between the look and the writing, for somebody else to be done."""
    seen, done = Event(), Event()
    real = session_rearranging.checked_impact

    def look_and_linger(*args, **kwargs):
        impact = real(*args, **kwargs)
        seen.set()
        done.wait(timeout=PATIENCE)
        return impact

    monkeypatch.setattr(session_rearranging, "checked_impact", look_and_linger)

    def in_the_gap(act):
        def wait_and_act():
            assert seen.wait(timeout=30)
            try:
                return act()
            finally:
                done.set()

        return wait_and_act

    return in_the_gap


def planner(session, wish=None):
    """Return a planner who has seen the preview, and says yes to it."""
    wish = wish or Wish(Rearranging.CANCEL, shape_of(session))
    fingerprint = preview(session_id=session.pk, wish=wish, now=NOW).fingerprint

    def act():
        try:
            apply(session_id=session.pk, wish=wish, fingerprint=fingerprint, by=SYSTEM, now=NOW)
        except PreviewStaleError:
            return "shown again"
        except SessionEndedError:
            return "ended already"
        return "done"

    return act


def trying(act):
    def attempt():
        try:
            act()
        except (SlotUnavailableError, ChangedMeanwhileError, HoldExpiredError):
            return "refused"
        return "done"

    return attempt


def booker(session, clock="17.00"):
    decision, slot = make_decision(), slot_at(session, clock)
    return trying(
        lambda: book(
            patient_id=decision.patient_id,
            decision_id=decision.pk,
            slot_id=slot.pk,
            route="intradermal",
            dose_number=1,
            not_before=None,
            by=SYSTEM,
            now=NOW,
        )
    )


def holder(session):
    """Somebody at the last step of a booking."""
    decision, browser = make_decision(), "ab" * 32
    hold(
        slot_id=slot_at(session, "17.00").pk,
        browser_hash=browser,
        route="intradermal",
        dose_number=1,
        not_before=None,
        now=NOW,
    )
    return trying(
        lambda: confirm(
            browser_hash=browser,
            patient_id=decision.patient_id,
            decision_id=decision.pk,
            by=SYSTEM,
            now=NOW,
        )
    )


def expected_in_vain():
    return Appointment.objects.filter(
        status="booked", slot__session__state=ClinicSession.State.CANCELLED
    ).count()


def test_nobody_books_in_a_day_that_is_just_being_cancelled(gap):
    session = make_session()
    make_booking(session=session)
    assert together(planner(session), gap(booker(session))) == ["done", "refused"]
    assert_integrity(now=NOW)


@pytest.mark.usefixtures("_no_locks")
def test_control_without_the_locks_somebody_is_booked_in_a_cancelled_day(gap):
    session = make_session()
    make_booking(session=session)
    assert together(planner(session), gap(booker(session))) == ["done", "done"]
    assert expected_in_vain() == 1


def test_one_who_is_just_confirming_is_asked_to_choose_again(gap):
    session = make_session()
    assert together(planner(session), gap(holder(session))) == ["done", "refused"]
    assert_integrity(now=NOW)


@pytest.mark.usefixtures("_no_locks")
def test_control_when_holds_do_not_end_first_one_confirms_in_a_cancelled_day(gap, monkeypatch):
    monkeypatch.setattr(session_rearranging, "_expire_holds", lambda session, now: None)
    session = make_session()
    assert together(planner(session), gap(holder(session))) == ["done", "done"]
    assert expected_in_vain() == 1


def test_one_who_cancels_meanwhile_gets_no_new_time(gap):
    session = make_session()
    make_session(starts_at=OPENING + timedelta(days=7))
    booked = make_booking(session=session)
    leaver = trying(lambda: cancel(appointment_id=booked.pk, by=SYSTEM, now=NOW))
    # The planner has the row: who cancels comes after, and cancels the new time.
    assert together(planner(session), gap(leaver)) == ["done", "done"]
    booked.refresh_from_db()
    assert booked.status == "cancelled"
    assert_integrity(now=NOW)


def test_one_who_cancels_with_a_question_open_and_a_planner_wait_for_each_other_in_one_order(
    monkeypatch,
):
    session = make_session()
    booked = make_booking(session=session, clock="17.00")
    make_ask(booked, to="18.00", answer_by=NOW + timedelta(hours=2), now=NOW)
    act, half_way = planner(session), Event()
    real = booking.withdraw_asks

    def linger_and_withdraw(**which):
        half_way.set()
        sleep(1)  # the planner comes to what we have, and to what we still need
        real(**which)

    monkeypatch.setattr(booking, "withdraw_asks", linger_and_withdraw)

    def plan():
        assert half_way.wait(timeout=30)
        return act()

    leaver = trying(lambda: cancel(appointment_id=booked.pk, by=SYSTEM, now=NOW))
    assert together(plan, leaver) == ["shown again", "done"]
    booked.refresh_from_db()
    assert booked.status == "cancelled"
    assert_integrity(now=NOW)


@pytest.mark.usefixtures("_no_locks")
def test_control_without_the_locks_one_who_cancelled_is_told_of_a_new_time(gap):
    session = make_session()
    other = make_session(starts_at=OPENING + timedelta(days=7))
    booked = make_booking(session=session)
    leaver = trying(lambda: cancel(appointment_id=booked.pk, by=SYSTEM, now=NOW))
    assert together(planner(session), gap(leaver)) == ["done", "done"]
    booked.refresh_from_db()
    assert (booked.status, booked.slot.session_id, booked.ended_at) == ("cancelled", other.pk, NOW)
    assert booked.sequence == 1  # a cancelled one was given a place


def test_one_who_moves_away_meanwhile_has_one_time_only(gap):
    session = make_session()
    other = make_session(starts_at=OPENING + timedelta(days=7))
    booked = make_booking(session=session)
    slot = slot_at(other, "18.00")
    mover = trying(lambda: rebook(appointment_id=booked.pk, slot_id=slot.pk, by=SYSTEM, now=NOW))
    assert together(planner(session), gap(mover)) == ["done", "done"]
    booked.refresh_from_db()
    assert (booked.slot.session_id, booked.slot.starts_at) == (other.pk, slot.starts_at)
    assert booked.sequence == 2
    assert_integrity(now=NOW)


@pytest.mark.usefixtures("_no_locks")
def test_control_without_the_locks_the_time_one_moved_to_is_lost(gap):
    session = make_session()
    other = make_session(starts_at=OPENING + timedelta(days=7))
    booked = make_booking(session=session)
    slot = slot_at(other, "18.00")
    mover = trying(lambda: rebook(appointment_id=booked.pk, slot_id=slot.pk, by=SYSTEM, now=NOW))
    assert together(planner(session), gap(mover)) == ["done", "done"]
    booked.refresh_from_db()
    assert booked.slot.starts_at != slot.starts_at


def test_of_two_planners_one_acts_and_the_other_is_shown_what_has_become_of_it():
    session = make_session()
    make_booking(session=session)
    smaller = Wish(Rearranging.CHANGE, shape_of(make_smaller(session)))
    outcomes = Counter(together(planner(session), planner(session, smaller)))
    assert outcomes["done"] == 1
    assert outcomes["shown again"] + outcomes["ended already"] == 1
    assert_integrity(now=NOW)


def make_smaller(session):
    copy = ClinicSession.objects.get(pk=session.pk)
    copy.stations = 1
    return copy


def test_two_days_cancelled_at_once_never_give_one_place_to_two():
    first = make_session()
    second = make_session(starts_at=OPENING + timedelta(days=1))
    make_session(starts_at=OPENING + timedelta(days=7), hours=0.5, stations=1)
    for session in (first, second):
        for _ in range(3):
            make_booking(session=session)
    together(planner(first), planner(second))
    assert_integrity(now=NOW)
    assert Displaced.objects.exclude(became_at=None).count() >= 3
    assert make_clinic().sessions.filter(state="cancelled").count() >= 1
