from typing import Any

import pytest
from django.db import connection
from psycopg import sql

from audit.domain import Actor
from audit.models import AuditEntry
from patients.domain.contact import InvalidPhoneError
from patients.domain.id_numbers import IdNumberFault, InvalidIdNumberError
from patients.domain.names import InvalidNameError
from patients.models import Patient
from patients.services.registration import (
    ContactMissingError,
    IdentityTakenError,
    confirm_identity,
)
from tests.patients.people import (
    D_NUMBER,
    DUF_NUMBER,
    NOW,
    SYNTHETIC,
    alice,
    shapes,
)

pytestmark = pytest.mark.django_db

NATIONAL = "15108695088"
NURSE = Actor.staff(7, clinic_id=3, role="nurse")


def confirm(patient: Patient, id_kind: str, id_number: str) -> Patient:
    confirm_identity(patient_id=patient.pk, id_kind=id_kind, id_number=id_number, by=NURSE, now=NOW)
    return Patient.objects.get(pk=patient.pk)


def test_a_person_is_registered_with_contacts_in_their_canonical_form() -> None:
    patient = Patient.objects.get(
        pk=alice(given_name=" Ali\u200bce ", email="Alice@Example.org", contact_by="both").pk
    )
    assert patient.name == "Alice Ågren"
    assert patient.phone == "+4741234567"
    assert patient.email == "Alice@example.org"
    assert str(patient.birth_date) == "1991-05-17"
    assert patient.id_seen_at is None


def test_a_registration_is_in_the_access_log_as_the_patients_own_act() -> None:
    patient = alice()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_kind) == ("patient.registered", "patient")
    assert entry.actor_id == str(patient.pk)
    assert entry.patient_id == patient.pk


@pytest.mark.parametrize(
    ("contact_by", "given"),
    [
        ("sms", {"phone": ""}),
        ("email", {"email": ""}),
        ("both", {"email": ""}),
        ("both", {"phone": "", "email": "alice@example.org"}),
    ],
)
def test_a_channel_without_an_address_is_refused(contact_by: str, given: dict[str, str]) -> None:
    with pytest.raises(ContactMissingError):
        alice(contact_by=contact_by, **given)
    assert not Patient.objects.exists()


def test_a_person_may_be_registered_without_any_contact() -> None:
    patient = alice(phone="", contact_by="none")
    assert patient.phone_hash == patient.email_hash == ""


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"given_name": "\u200b"}, InvalidNameError),
        ({"phone": "12"}, InvalidPhoneError),
        ({"id_number": "12345678901"}, InvalidIdNumberError),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_kept(
    changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        alice(**changes)
    assert not Patient.objects.exists()
    assert not AuditEntry.objects.exists()


def test_nothing_personal_stands_in_the_table_in_plain_text() -> None:
    patient = alice(
        family_name="Vinterstjerne",
        email="alice@example.org",
        contact_by="both",
        id_number=NATIONAL,
    )
    with connection.cursor() as cursor:
        table = sql.Identifier(Patient._meta.db_table)
        cursor.execute(sql.SQL("SELECT to_jsonb(p)::text FROM {} p").format(table))
        (row,) = cursor.fetchone()
        cursor.execute(sql.SQL("SELECT given_name, birth_date FROM {}").format(table))
        raw_name, raw_birth_date = cursor.fetchone()
    assert str(patient.pk) in row
    for plain in ["Alice", "Vinterstjerne", "41234567", "example", "1991", NATIONAL, "05-17"]:
        assert plain not in row, plain
    assert raw_name.startswith("gAAAA")
    assert raw_birth_date.startswith("gAAAA")


def test_the_same_text_is_encrypted_differently_each_time() -> None:
    alice()
    alice()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT given_name) FROM patients_patient")
        assert cursor.fetchone() == (2,)


def test_a_claimed_number_is_kept_and_links_to_nothing() -> None:
    seen = confirm(alice(), "national", NATIONAL)
    claimant = alice(id_number=NATIONAL)
    assert claimant.pk != seen.pk
    assert (claimant.id_kind, claimant.id_number) == ("national", NATIONAL)
    assert claimant.id_seen_at is None


def test_any_number_of_people_may_claim_one_number() -> None:
    assert alice(id_number=NATIONAL).pk != alice(id_number=NATIONAL).pk


def test_a_claim_of_a_known_number_costs_what_a_claim_of_an_unknown_one_costs(
    django_assert_num_queries: Any,
) -> None:
    confirm(alice(), "national", NATIONAL)
    with django_assert_num_queries(4) as known:
        alice(id_number=NATIONAL)
    with django_assert_num_queries(4) as unknown:
        alice(id_number=SYNTHETIC)
    assert shapes(known) == shapes(unknown)


@pytest.mark.parametrize(
    ("kind", "number"),
    [("national", NATIONAL), ("national", SYNTHETIC), ("d_number", D_NUMBER), ("duf", DUF_NUMBER)],
)
def test_a_number_that_staff_saw_becomes_the_patients(kind: str, number: str) -> None:
    patient = confirm(alice(), kind, f" {number[:6]} {number[6:]}")
    assert (patient.id_kind, patient.id_number, patient.id_seen_at) == (kind, number, NOW)
    assert len(patient.id_number_hash) == 64


def test_a_seen_identity_is_in_the_access_log_without_the_number() -> None:
    patient = confirm(alice(), "national", NATIONAL)
    entry = AuditEntry.objects.get(action="patient.identity_confirmed")
    assert (entry.patient_id, entry.actor_id, entry.clinic_id) == (patient.pk, "7", 3)
    assert NATIONAL not in str(entry.__dict__)


def test_a_number_seen_at_another_patient_names_that_patient() -> None:
    first, second = confirm(alice(), "national", NATIONAL), alice(id_number=NATIONAL)
    with pytest.raises(IdentityTakenError) as taken:
        confirm(second, "national", NATIONAL)
    assert taken.value.patient_id == first.pk
    second.refresh_from_db()
    assert second.id_seen_at is None
    assert AuditEntry.objects.filter(action="patient.identity_confirmed").count() == 1


def test_seeing_the_same_identity_again_is_fine() -> None:
    patient = alice()
    confirm(patient, "national", NATIONAL)
    assert confirm(patient, "national", NATIONAL).id_number == NATIONAL


def test_an_id_without_a_norwegian_number_drops_a_claim() -> None:
    patient = confirm(alice(id_number=NATIONAL), "none", "")
    assert (patient.id_kind, patient.id_number, patient.id_number_hash) == ("none", "", "")
    assert patient.id_seen_at == NOW


def test_an_id_without_a_norwegian_number_keeps_a_number_seen_before() -> None:
    patient = alice()
    confirm(patient, "national", NATIONAL)
    assert confirm(patient, "none", "").id_number == NATIONAL


@pytest.mark.parametrize(
    ("kind", "number", "fault"),
    [
        ("d_number", NATIONAL, IdNumberFault.OTHER_KIND),
        ("none", NATIONAL, IdNumberFault.OTHER_KIND),
        ("national", "", IdNumberFault.NOT_DIGITS),
        ("national", "15108695089", IdNumberFault.CHECK_DIGITS),
    ],
)
def test_a_number_that_does_not_fit_is_refused(
    kind: str, number: str, fault: IdNumberFault
) -> None:
    with pytest.raises(InvalidIdNumberError) as refused:
        confirm(alice(), kind, number)
    assert refused.value.fault == fault


def test_numbers_of_invented_people_are_refused_outside_the_demo(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(InvalidIdNumberError):
        confirm(alice(), "national", SYNTHETIC)
