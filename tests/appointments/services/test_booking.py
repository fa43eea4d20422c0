from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services.booking import (
    AlreadyBookedError,
    HoldExpiredError,
    TooEarlyError,
    book,
    cancel,
    confirm,
    rebook,
)
from appointments.services.holding import hold
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.seats import SlotUnavailableError
from audit.domain import Actor
from audit.models import AuditEntry
from notifications.models import Message
from tests.factories import (
    BEFORE,
    DAY,
    at,
    make_booking,
    make_clinic,
    make_decision,
    make_patient,
    make_session,
    slot_at,
)

pytestmark = pytest.mark.django_db

ALICE = "a" * 64


def hold_for_alice(session, clock="17.00", now=BEFORE):
    return hold(
        slot_id=slot_at(session, clock).pk,
        browser_hash=ALICE,
        route="intradermal",
        dose_number=1,
        not_before=None,
        now=now,
    )


def confirm_for(decision, now=BEFORE):
    return confirm(
        browser_hash=ALICE,
        patient_id=decision.patient_id,
        decision_id=decision.pk,
        by=Actor.patient(decision.patient_id),
        now=now,
    )


# Those of a time that is more than a week ahead.
REMINDERS = ["day_before", "reminder", "reminder_week"]


def kinds_of(appointment):
    return sorted(Message.objects.filter(subject_id=appointment.pk).values_list("kind", flat=True))


def test_confirming_a_hold_books_it_with_messages_and_an_audit_row(valkey):
    held = hold_for_alice(make_session())
    decision = make_decision()
    booked = confirm_for(decision)
    booked.refresh_from_db()
    assert (booked.pk, booked.status) == (held.pk, Status.BOOKED)
    assert (booked.browser_hash, booked.held_until) == ("", None)
    assert kinds_of(booked) == ["booked", *REMINDERS]
    reminder = Message.objects.get(kind="reminder")
    assert reminder.due_at == booked.slot.starts_at - timedelta(hours=48)
    assert AuditEntry.objects.filter(
        action="appointment.booked", patient_id=decision.patient_id, object_id=str(booked.pk)
    ).exists()


def test_a_booking_younger_than_48_hours_is_not_reminded_of_but_for_the_day_before():
    appointment = make_booking(clock="17.00", now=at("17.00") - timedelta(hours=48))
    assert kinds_of(appointment) == ["booked", "day_before"]


def test_a_booking_of_the_day_before_or_the_day_itself_is_not_reminded_of():
    appointment = make_booking(clock="17.00", now=at("10.00") - timedelta(days=1))
    assert kinds_of(appointment) == ["booked"]


def test_a_hold_that_ran_out_is_not_booked_and_leaves_no_trace(valkey):
    hold_for_alice(make_session())
    decision = make_decision()
    with pytest.raises(HoldExpiredError):
        confirm_for(decision, now=BEFORE + timedelta(minutes=10))
    assert not Message.objects.exists()


def test_a_second_confirm_of_the_same_hold_is_refused(valkey):
    hold_for_alice(make_session())
    decision = make_decision()
    confirm_for(decision)
    with pytest.raises(HoldExpiredError):
        confirm_for(decision)
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 1


def test_a_patient_has_one_appointment_for_a_dose(valkey):
    session = make_session()
    decision = make_decision()
    make_booking(session=session, decision=decision, clock="16.00")
    hold_for_alice(session)
    with pytest.raises(AlreadyBookedError):
        confirm_for(decision)


def test_the_database_refuses_dose_two_before_its_day():
    appointment = make_booking()
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=appointment.pk).update(not_before=DAY + timedelta(days=1))


def test_the_database_refuses_two_people_in_one_seat():
    session = make_session()
    first = make_booking(session=session, clock="17.00")
    second = make_booking(session=session, clock="17.00")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=second.pk).update(seat=first.seat)


def test_booking_too_early_for_dose_two_is_refused_before_the_database_has_to():
    session, decision = make_session(), make_decision()
    with pytest.raises(TooEarlyError):
        book(
            patient_id=decision.patient_id,
            decision_id=decision.pk,
            slot_id=slot_at(session, "17.00").pk,
            route="intradermal",
            dose_number=2,
            not_before=DAY + timedelta(days=1),
            by=Actor.system(),
            now=BEFORE,
        )


def test_moving_frees_the_old_seat_and_tells_of_the_new_time():
    session = make_session(stations=1)
    appointment = make_booking(session=session, clock="17.00")
    moved = rebook(
        appointment_id=appointment.pk,
        slot_id=slot_at(session, "18.00").pk,
        by=Actor.patient(appointment.patient_id),
        now=BEFORE,
    )
    assert (moved.slot.starts_at, moved.sequence) == (at("18.00"), 1)
    assert kinds_of(appointment) == sorted(["booked", "changed", *REMINDERS, *REMINDERS])
    make_booking(session=session, clock="17.00")


def test_moving_to_the_time_one_has_changes_nothing():
    appointment = make_booking(clock="17.00")
    again = rebook(
        appointment_id=appointment.pk,
        slot_id=appointment.slot_id,
        by=Actor.system(),
        now=BEFORE,
    )
    assert again.sequence == 0
    assert kinds_of(appointment) == ["booked", *REMINDERS]


def test_moving_to_a_full_time_is_refused_and_keeps_the_old_one():
    session = make_session(stations=1)
    appointment = make_booking(session=session, clock="17.00")
    make_booking(session=session, clock="18.00")
    with pytest.raises(SlotUnavailableError):
        rebook(
            appointment_id=appointment.pk,
            slot_id=slot_at(session, "18.00").pk,
            by=Actor.system(),
            now=BEFORE,
        )
    appointment.refresh_from_db()
    assert appointment.slot.starts_at == at("17.00")


def test_one_who_leaves_a_full_vial_alone_may_move_within_the_last_vial():
    session = make_session(stations=6, vials=1)
    people = [make_booking(session=session, clock="17.00") for _ in range(5)]
    moved = rebook(
        appointment_id=people[0].pk,
        slot_id=slot_at(session, "17.10").pk,
        by=Actor.system(),
        now=BEFORE,
    )
    assert moved.slot.starts_at == at("17.10")


def test_cancelling_frees_the_seat_and_confirms_it():
    session = make_session(stations=1)
    appointment = make_booking(session=session, clock="17.00")
    cancel(appointment_id=appointment.pk, by=Actor.system(), now=BEFORE)
    assert "cancelled" in kinds_of(appointment)
    make_booking(session=session, clock="17.00")
    with pytest.raises(ChangedMeanwhileError):
        cancel(appointment_id=appointment.pk, by=Actor.system(), now=BEFORE)


def test_a_cancelled_patient_may_book_the_same_dose_again():
    session, decision = make_session(), make_decision()
    first = make_booking(session=session, decision=decision, clock="17.00")
    cancel(appointment_id=first.pk, by=Actor.system(), now=BEFORE)
    assert make_booking(session=session, decision=decision, clock="18.00").status == Status.BOOKED


def test_people_who_want_no_messages_get_none():
    patient = make_patient(contact_by="none")
    appointment = make_booking(patient=patient, session=make_session(clinic=make_clinic()))
    assert kinds_of(appointment) == []
