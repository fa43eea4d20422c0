"""Dose 2 may be booked before dose 1 is given; then it follows dose 1, never before day 28."""

from datetime import timedelta

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from appointments.services.booking import (
    AlreadyBookedError,
    TooEarlyError,
    cancel,
    confirm,
    rebook,
)
from appointments.services.day import check_in
from appointments.services.dose_two import book_ahead
from appointments.services.following import drop_lone
from appointments.services.holding import hold
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.postponing import postpone
from appointments.services.seats import SlotUnavailableError
from audit.domain import Actor
from audit.models import AuditEntry
from eligibility.domain.answers import Indication, PreviousDose
from notifications.models import Message
from tests.factories import (
    BEFORE,
    DAY,
    OPENING,
    actor_of,
    at,
    make_arrival,
    make_booking,
    make_clinic,
    make_session,
    make_staff,
    oslo,
    slot_at,
)
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db

PATIENT = Actor.system()


def session_in(days, **fields):
    return make_session(starts_at=OPENING + timedelta(days=days), **fields)


def ahead(dose_one, session, clock="17.00"):
    return book_ahead(
        appointment_id=dose_one.pk, slot_id=slot_at(session, clock).pk, by=PATIENT, now=BEFORE
    )


def both(first_day=0, second_day=28, clock="17.00"):
    """Dose 1 and dose 2 booked, on days after the clinic day."""
    dose_one = make_booking(session=session_in(first_day), clock="17.00", now=BEFORE)
    return dose_one, ahead(dose_one, session_in(second_day), clock)


def to(dose_one, session, clock="17.00", now=BEFORE):
    return rebook(
        appointment_id=dose_one.pk, slot_id=slot_at(session, clock).pk, by=PATIENT, now=now
    )


# Those of a time that is more than a week ahead.
REMINDERS = ["day_before", "reminder", "reminder_week"]


def kinds_of(appointment):
    return sorted(Message.objects.filter(subject_id=appointment.pk).values_list("kind", flat=True))


def test_dose_two_is_booked_while_dose_one_is_still_to_come():
    _, dose_two = both()
    assert (dose_two.dose_number, dose_two.not_before) == (2, DAY + timedelta(days=28))
    assert kinds_of(dose_two) == sorted(["next_booked", *REMINDERS])


def test_day_27_is_refused_and_day_28_is_not():
    dose_one = make_booking(session=session_in(0), clock="17.00")
    with pytest.raises(TooEarlyError):
        ahead(dose_one, session_in(27))
    assert ahead(dose_one, session_in(28)).date == DAY + timedelta(days=28)


def test_28_calendar_days_count_also_over_a_clock_change():
    """24 March to 21 April 2027: the day between has 23 hours."""
    before = make_session(starts_at=oslo(DAY.replace(2027, 3, 24), "19.00"), hours=2)
    early = make_session(starts_at=oslo(DAY.replace(2027, 4, 20), "19.00"), hours=2)
    on_time = make_session(starts_at=oslo(DAY.replace(2027, 4, 21), "09.00"), hours=2)
    dose_one = make_booking(session=before, clock="20.00", now=BEFORE)
    with pytest.raises(TooEarlyError):
        ahead(dose_one, early, "20.00")
    assert ahead(dose_one, on_time, "09.00").date.isoformat() == "2027-04-21"


def test_another_clinics_time_and_a_second_place_are_refused():
    dose_one, _ = both()
    elsewhere = session_in(35, clinic=make_clinic(slug="vest"))
    with pytest.raises(SlotUnavailableError):
        ahead(dose_one, elsewhere)
    with pytest.raises(AlreadyBookedError):
        ahead(dose_one, session_in(42))


def test_without_a_booked_dose_one_there_is_no_dose_two_ahead():
    dose_one = make_booking(session=session_in(0), clock="17.00")
    later = session_in(28)
    cancel(appointment_id=dose_one.pk, by=PATIENT, now=BEFORE)
    with pytest.raises(ChangedMeanwhileError):
        ahead(dose_one, later)


def test_dose_two_moves_with_dose_one_when_it_would_come_too_early():
    dose_one, dose_two = both(clock="18.20")
    later = session_in(35)
    to(dose_one, session_in(7))
    dose_two.refresh_from_db()
    assert dose_two.slot.session == later
    assert dose_two.slot.starts_at == oslo(later.date, "18.20")
    assert (dose_two.not_before, dose_two.sequence) == (DAY + timedelta(days=35), 1)
    assert kinds_of(dose_two) == sorted(["next_booked", "next_changed", *REMINDERS, *REMINDERS])
    assert AuditEntry.objects.filter(
        action="appointment.moved", object_id=str(dose_two.pk), reason="follows_dose_one"
    ).exists()
    assert_integrity(now=BEFORE)


def test_dose_two_moves_to_a_time_that_shares_a_vial_before_the_nearest():
    dose_one, dose_two = both(clock="17.00")
    later = session_in(35)
    make_booking(session=later, clock="19.00")
    to(dose_one, session_in(7))
    dose_two.refresh_from_db()
    assert dose_two.slot.starts_at == oslo(later.date, "17.10")


def test_dose_two_stays_when_it_is_late_enough_and_may_then_come_earlier():
    dose_one, dose_two = both(first_day=7, second_day=42)
    to(dose_one, session_in(0))
    dose_two.refresh_from_db()
    assert (dose_two.date, dose_two.not_before) == (
        DAY + timedelta(days=42),
        DAY + timedelta(days=28),
    )
    assert kinds_of(dose_two) == sorted(["next_booked", *REMINDERS])


def test_a_move_within_the_day_leaves_dose_two_alone():
    dose_one, dose_two = both()
    to(dose_one, dose_one.slot.session, "18.00")
    dose_two.refresh_from_db()
    assert (dose_two.date, dose_two.sequence) == (DAY + timedelta(days=28), 0)


def test_without_a_later_place_dose_two_is_dropped_and_the_patient_is_told():
    dose_one, dose_two = both()
    to(dose_one, session_in(7))
    dose_two.refresh_from_db()
    assert dose_two.status == Status.CANCELLED
    assert kinds_of(dose_two) == sorted(["next_booked", "next_dropped", *REMINDERS])
    assert_integrity(now=BEFORE)


def test_when_dose_one_cannot_move_dose_two_stays_too():
    dose_one, dose_two = both()
    session_in(35)
    closed = session_in(7)
    ClinicSession.objects.filter(pk=closed.pk).update(state="closed")
    with pytest.raises(SlotUnavailableError):
        to(dose_one, closed)
    dose_two.refresh_from_db()
    assert dose_two.date == DAY + timedelta(days=28)


def test_cancelling_dose_one_cancels_dose_two_and_frees_its_seat():
    dose_one, dose_two = both()
    cancel(appointment_id=dose_one.pk, by=PATIENT, now=BEFORE)
    dose_two.refresh_from_db()
    assert dose_two.status == Status.CANCELLED
    assert kinds_of(dose_two) == sorted(["cancelled", "next_booked", *REMINDERS])


def test_cancelling_dose_two_leaves_dose_one():
    dose_one, dose_two = both()
    cancel(appointment_id=dose_two.pk, by=PATIENT, now=BEFORE)
    dose_one.refresh_from_db()
    assert dose_one.status == Status.BOOKED


def test_dose_two_follows_a_dose_one_that_is_put_off_at_the_visit():
    later, second = session_in(7), session_in(35)
    clinic = make_clinic()
    nurse = make_staff(clinic=clinic)
    dose_one = make_booking(session=session_in(0), clock="17.00", now=BEFORE)
    dose_two = ahead(dose_one, session_in(28))
    make_arrival_of(dose_one, nurse)
    postpone(
        appointment_id=dose_one.pk,
        slot_id=slot_at(later, "17.00").pk,
        decision_id=dose_one.decision_id,
        route="intradermal",
        dose_number=1,
        not_before=DAY,
        reason="defer",
        by=actor_of(nurse, clinic),
        now=at("17.00"),
    )
    dose_two.refresh_from_db()
    assert dose_two.slot.session == second


def make_arrival_of(appointment, nurse):
    check_in(appointment_id=appointment.pk, by=actor_of(nurse), now=at("17.00"))


def test_dose_two_of_a_missed_dose_one_is_freed_after_two_days_and_not_before():
    dose_one, dose_two = both()
    end = dose_one.slot.session.ends_at
    assert drop_lone(now=end + timedelta(days=2) - timedelta(seconds=1)) == 0
    assert drop_lone(now=end + timedelta(days=2)) == 1
    assert drop_lone(now=end + timedelta(days=2)) == 0
    dose_two.refresh_from_db()
    assert dose_two.status == Status.CANCELLED


def test_dose_two_follows_a_dose_one_that_was_missed_and_is_booked_anew(valkey):
    dose_one, dose_two = both()
    day_after = dose_one.slot.session.ends_at + timedelta(days=1)
    week_after, five_weeks = session_in(7), session_in(35)
    hold(
        slot_id=slot_at(week_after, "17.00").pk,
        browser_hash="a" * 64,
        route="intradermal",
        dose_number=1,
        not_before=None,
        now=day_after,
    )
    confirm(
        browser_hash="a" * 64,
        patient_id=dose_one.patient_id,
        decision_id=dose_one.decision_id,
        by=PATIENT,
        now=day_after,
    )
    dose_two.refresh_from_db()
    assert dose_two.slot.session == five_weeks
    assert_integrity(now=day_after)


def test_a_dose_two_after_a_dose_from_elsewhere_is_never_freed():
    told = (PreviousDose(DAY - timedelta(days=60), Indication.PPV, False, True),)
    dose_two = make_booking(session=session_in(28), dose_number=2, previous_doses=told, now=BEFORE)
    assert drop_lone(now=OPENING + timedelta(days=14)) == 0
    dose_two.refresh_from_db()
    assert dose_two.status == Status.BOOKED


def test_a_person_who_comes_is_not_thought_missing():
    arrived = make_arrival(session=session_in(0), clock="17.00")
    assert Appointment.objects.get(pk=arrived.pk).status == Status.ARRIVED
    assert drop_lone(now=at("17.30")) == 0
