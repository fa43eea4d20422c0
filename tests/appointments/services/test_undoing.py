"""Taking a cancellation back."""

from datetime import timedelta

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from appointments.services.booking import AlreadyBookedError, TooEarlyError, cancel, rebook
from appointments.services.dose_two import book_ahead
from appointments.services.seats import SlotUnavailableError
from appointments.services.undoing import UNDO_FOR, TooLateToUndoError, undo_cancel
from audit.domain import Actor
from tests.factories import BEFORE, OPENING, make_booking, make_session, slot_at
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db

PATIENT = Actor.system()


def cancelled(**booking):
    appointment = make_booking(clock="17.00", now=BEFORE, **booking)
    cancel(appointment_id=appointment.pk, by=PATIENT, now=BEFORE)
    return appointment


def undo(appointment, now=BEFORE + timedelta(minutes=1)):
    return undo_cancel(appointment_id=appointment.pk, by=PATIENT, now=now)


def booked():
    return list(Appointment.objects.filter(status=Status.BOOKED).order_by("date"))


def test_the_same_time_is_booked_again():
    before = cancelled()
    again = undo(before)
    assert (again.slot, again.status) == (before.slot, Status.BOOKED)
    assert again.decision_id == before.decision_id
    assert_integrity(now=BEFORE)


def test_who_was_called_for_a_left_over_dose_has_no_time_to_take_back():
    before = cancelled()
    Appointment.objects.filter(pk=before.pk).update(standby=True, seat=None)
    with pytest.raises(TooLateToUndoError):
        undo(before)


def test_after_a_quarter_of_an_hour_it_is_too_late():
    before = cancelled()
    with pytest.raises(TooLateToUndoError):
        undo(before, now=BEFORE + UNDO_FOR)
    assert undo(before, now=BEFORE + UNDO_FOR - timedelta(seconds=1))


def test_what_is_not_cancelled_is_not_undone():
    with pytest.raises(TooLateToUndoError):
        undo(make_booking())


def test_a_time_that_somebody_else_took_stays_theirs():
    session = make_session(stations=1)
    before = cancelled(session=session)
    make_booking(session=session, clock="17.00", now=BEFORE)
    with pytest.raises(SlotUnavailableError):
        undo(before)


def test_a_time_that_has_begun_or_a_day_that_is_closed_is_not_given_back():
    before = cancelled()
    ClinicSession.objects.update(state="closed")
    with pytest.raises(SlotUnavailableError):
        undo(before)


def test_pressed_twice_it_books_once():
    before = cancelled()
    undo(before)
    with pytest.raises(AlreadyBookedError):
        undo(before)
    assert len(booked()) == 1


def test_the_next_time_comes_back_with_it():
    dose_one = make_booking(clock="17.00", now=BEFORE)
    later = make_session(starts_at=OPENING + timedelta(days=28))
    book_ahead(
        appointment_id=dose_one.pk, slot_id=slot_at(later, "17.00").pk, by=PATIENT, now=BEFORE
    )
    cancel(appointment_id=dose_one.pk, by=PATIENT, now=BEFORE)
    assert booked() == []
    undo(dose_one)
    assert [one.dose_number for one in booked()] == [1, 2]


def test_a_next_time_that_fell_away_because_it_was_too_early_does_not_come_back():
    dose_one = make_booking(clock="17.00", now=BEFORE)
    later = make_session(starts_at=OPENING + timedelta(days=28))
    dose_two = book_ahead(
        appointment_id=dose_one.pk, slot_id=slot_at(later, "17.00").pk, by=PATIENT, now=BEFORE
    )
    week_after = make_session(starts_at=OPENING + timedelta(days=7))
    rebook(
        appointment_id=dose_one.pk,
        slot_id=slot_at(week_after, "17.00").pk,
        by=PATIENT,
        now=BEFORE,
    )
    with pytest.raises(TooEarlyError):
        undo(dose_two)
