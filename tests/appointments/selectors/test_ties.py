"""What else a person has with us that a new booking touches."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.domain.waiting import WaitEnd
from appointments.selectors.ties import ties_of
from appointments.services.booking import book
from appointments.services.waiting import end_waiting
from audit.domain import Actor
from tests.factories import (
    make_booking,
    make_decision,
    make_dose,
    make_patient,
    make_session,
    make_wait,
)

pytestmark = pytest.mark.django_db


def told(patient, dose_number=1):
    ties = ties_of(patient.pk, dose_number=dose_number)
    return {name for name in ("given", "waits", "booked") if getattr(ties, name)}


def test_a_new_person_has_none():
    assert told(make_patient()) == set()


def test_how_the_person_is_reached_comes_along(django_assert_num_queries):
    patient = make_patient(phone="+4741234567")
    with django_assert_num_queries(1):
        assert ties_of(patient.pk, dose_number=1).patient.contact_by == patient.contact_by


def test_a_dose_that_counts_is_given():
    dose = make_dose()
    assert told(dose.patient) == {"given"}
    assert told(dose.patient, dose_number=2) == set()
    dose.voided_at, dose.voided_by = timezone.now(), dose.vaccinator
    dose.save()
    assert told(dose.patient) == set()


def test_a_wait_counts_until_it_ends():
    wait = make_wait()
    assert told(wait.patient) == {"waits"}
    assert told(wait.patient, dose_number=2) == set()
    end_waiting(patient_id=wait.patient_id, dose_number=1, end=WaitEnd.LEFT, now=timezone.now())
    assert told(wait.patient) == set()


def test_a_place_for_the_dose_or_the_one_after_it_is_booked():
    booking = make_booking(session=make_session())
    assert told(booking.patient) == {"booked"}
    assert told(booking.patient, dose_number=2) == set()
    assert told(make_patient(given_name="Bo")) == set()


def test_a_booking_is_eight_statements(django_assert_num_queries):
    session = make_session(starts_at=timezone.now() + timedelta(days=3), now=timezone.now())
    decision, slot = make_decision(now=timezone.now()), session.slots.first()
    with django_assert_num_queries(10):  # and a savepoint, as the test is a transaction itself
        book(
            patient_id=decision.patient_id,
            decision_id=decision.pk,
            slot_id=slot.pk,
            route="intradermal",
            dose_number=1,
            not_before=None,
            by=Actor.patient(decision.patient_id),
            now=timezone.now(),
        )


def test_what_is_kept_on_another_row_of_the_person_counts():
    kept, dropped = make_patient(), make_dose().patient
    make_wait(patient=dropped, dose_number=2)
    dropped.merged_into = kept
    dropped.save()
    assert told(kept) == told(dropped) == {"given"}
    assert told(kept, dose_number=2) == {"waits"}
