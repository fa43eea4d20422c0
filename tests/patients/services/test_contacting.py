"""How a person is reached can be changed, and the change is in the access log."""

import pytest

from audit.domain import Actor
from audit.models import AuditEntry
from patients.domain.contact import Contact
from patients.models import Patient
from patients.selectors import patients_by_contact
from patients.services.contacting import set_contact
from tests.factories import BEFORE, make_patient
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db

PHONE, EMAIL = Contact("sms", "+4741234567"), Contact("email", "Alice@example.org")
BY = Actor.system()


def change(patient: Patient, contact: Contact | None, language: str = "nb") -> bool:
    changed = set_contact(
        patient_id=patient.pk, contact=contact, language=language, by=BY, now=BEFORE
    )
    patient.refresh_from_db()
    return changed


def test_a_new_number_takes_the_place_of_the_old_one_and_finds_the_person() -> None:
    alice = make_patient(phone="+4790000001")

    assert change(alice, PHONE)

    assert (alice.phone, alice.contact_by) == ("+4741234567", "sms")
    assert list(patients_by_contact(PHONE)) == [alice]
    assert not patients_by_contact(Contact("sms", "+4790000001")).exists()
    assert_integrity(now=BEFORE)


def test_an_address_in_place_of_a_number_is_written_to_from_now_on() -> None:
    alice = make_patient()

    change(alice, EMAIL)

    assert (alice.contact_by, alice.email) == ("email", "Alice@example.org")
    assert_integrity(now=BEFORE)


def test_who_is_reached_both_ways_stays_so() -> None:
    alice = make_patient(email="old@example.org", contact_by="both")

    change(alice, EMAIL)

    assert (alice.contact_by, alice.email) == ("both", "Alice@example.org")


def test_without_a_contact_what_was_given_is_dropped() -> None:
    alice = make_patient(email="old@example.org", contact_by="both")

    change(alice, None)

    assert (alice.contact_by, alice.phone, alice.email) == ("none", "", "")
    assert (alice.phone_hash, alice.email_hash) == ("", "")
    assert_integrity(now=BEFORE)


def test_the_language_changes_too_and_is_logged_without_what_it_was() -> None:
    alice = make_patient(phone=PHONE.address)

    assert change(alice, PHONE, language="en")

    assert alice.language == "en"
    entry = AuditEntry.objects.get(action="patient.contact_changed")
    assert entry.patient_id == alice.pk


def test_nothing_new_changes_and_logs_nothing() -> None:
    alice = make_patient(phone=PHONE.address)

    assert not change(alice, PHONE)

    assert not AuditEntry.objects.filter(action="patient.contact_changed").exists()
