from uuid import uuid4

import pytest

from audit.domain import Actor
from audit.models import AuditEntry
from patients.domain.languages import InvalidLanguageError
from patients.models import Patient
from patients.services.needs import set_needs
from tests.patients.people import NOW, alice

pytestmark = pytest.mark.django_db

NURSE = Actor.staff(7, clinic_id=3, role="nurse")


def changes() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="patient.needs_changed"))


def test_what_a_person_needs_is_kept_and_noted_without_saying_what() -> None:
    patient = alice()
    set_needs(
        patient_id=patient.pk, interpreter=" somali ", protected_address=True, by=NURSE, now=NOW
    )
    kept = Patient.objects.get(pk=patient.pk)
    assert (kept.interpreter, kept.protected_address) == ("somali", True)
    (entry,) = changes()
    assert (entry.patient_id, entry.actor_kind) == (patient.pk, "staff")
    assert entry.reason == "interpreter, protected_address"


def test_what_is_not_named_stays() -> None:
    patient = alice()
    set_needs(
        patient_id=patient.pk, interpreter="somali", protected_address=True, by=NURSE, now=NOW
    )
    set_needs(patient_id=patient.pk, interpreter="", by=NURSE, now=NOW)
    kept = Patient.objects.get(pk=patient.pk)
    assert (kept.interpreter, kept.protected_address) == ("", True)


def test_the_same_again_changes_and_notes_nothing() -> None:
    patient = alice()
    set_needs(patient_id=patient.pk, interpreter="", protected_address=False, by=NURSE, now=NOW)
    assert changes() == []


def test_what_is_no_language_changes_nothing() -> None:
    patient = alice()
    with pytest.raises(InvalidLanguageError):
        set_needs(
            patient_id=patient.pk, interpreter="?!", protected_address=True, by=NURSE, now=NOW
        )
    assert not Patient.objects.get(pk=patient.pk).protected_address


def test_nobody_has_needs_who_is_not_registered() -> None:
    with pytest.raises(Patient.DoesNotExist):
        set_needs(patient_id=uuid4(), protected_address=True, by=NURSE, now=NOW)
