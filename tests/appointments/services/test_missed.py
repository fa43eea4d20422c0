"""A booking that nobody came to does not stand in the way of a new one."""

from datetime import timedelta

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services.booking import AlreadyBookedError
from appointments.services.day import check_in
from audit.models import AuditEntry
from tests.factories import (
    OPENING,
    actor_of,
    at,
    make_booking,
    make_decision,
    make_session,
    make_staff,
)

pytestmark = pytest.mark.django_db

AFTER = at("20.00")


@pytest.fixture
def alice():
    return make_decision()


@pytest.fixture
def forgotten(alice):
    return make_booking(session=make_session(), decision=alice, clock="17.00")


def book_next_week(decision, now):
    session = make_session(starts_at=at("16.00") + timedelta(days=7))
    return make_booking(session=session, decision=decision, clock="17.00", now=now)


def test_who_did_not_come_can_book_again_once_the_session_is_over(alice, forgotten):
    assert book_next_week(alice, AFTER).status == Status.BOOKED
    forgotten.refresh_from_db()
    assert (forgotten.status, forgotten.ended_at) == (Status.NO_SHOW, AFTER)
    assert AuditEntry.objects.filter(
        action="appointment.missed", object_id=str(forgotten.pk), patient_id=alice.patient_id
    ).exists()


def test_while_the_session_goes_on_one_may_still_come(alice, forgotten):
    with pytest.raises(AlreadyBookedError):
        book_next_week(alice, AFTER - timedelta(minutes=1))
    forgotten.refresh_from_db()
    assert forgotten.status == Status.BOOKED


def test_who_came_and_was_forgotten_by_the_staff_is_asked_to_call(alice, forgotten):
    by = actor_of(make_staff())
    check_in(appointment_id=forgotten.pk, by=by, now=at("16.55"))
    with pytest.raises(AlreadyBookedError):
        book_next_week(alice, AFTER)


def test_other_doses_and_other_people_are_left_alone(alice, forgotten):
    somebody = make_booking(session=forgotten.slot.session, clock="17.00")
    later = make_session(starts_at=OPENING + timedelta(days=60))
    dose_two = make_booking(session=later, decision=alice, dose_number=2)
    book_next_week(alice, AFTER)
    left = Appointment.objects.filter(pk__in=[somebody.pk, dose_two.pk])
    assert set(left.values_list("status", flat=True)) == {Status.BOOKED}
