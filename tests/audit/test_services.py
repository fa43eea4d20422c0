from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from audit.domain import Actor
from audit.models import AuditEntry
from audit.services import record, record_many

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NURSE = Actor.staff(7, clinic_id=3, role="nurse")


def test_an_act_is_recorded_with_who_did_it_where_and_on_whom() -> None:
    patient, appointment = uuid4(), uuid4()
    record(
        action="appointment.booked",
        by=NURSE,
        now=NOW,
        patient_id=patient,
        object_id=appointment,
        reason="walk-in",
    )
    entry = AuditEntry.objects.values().get()
    entry.pop("id")
    assert entry == {
        "at": NOW,
        "actor_kind": "staff",
        "actor_id": "7",
        "role": "nurse",
        "clinic_id": 3,
        "patient_id": patient,
        "action": "appointment.booked",
        "object_id": str(appointment),
        "reason": "walk-in",
        "why": "",
        "why_id": None,
    }


@pytest.mark.parametrize(
    ("actor", "kind", "actor_id"),
    [
        (Actor.system(), "system", ""),
        (Actor.patient(), "patient", ""),
        (Actor.patient("5f0c"), "patient", "5f0c"),
    ],
)
def test_actors_without_a_clinic_are_recorded(actor: Actor, kind: str, actor_id: str) -> None:
    record(action="codes.forgotten", by=actor, now=NOW)
    entry = AuditEntry.objects.get()
    assert (entry.actor_kind, entry.actor_id, entry.clinic_id, entry.role) == (
        kind,
        actor_id,
        None,
        "",
    )


def test_each_act_is_a_row_of_its_own() -> None:
    for _ in range(3):
        record(action="patient.opened", by=NURSE, now=NOW)
    assert AuditEntry.objects.count() == 3


def test_many_patients_are_recorded_in_one_statement(django_assert_num_queries: Any) -> None:
    patients = {uuid4(): "" for _ in range(20)}
    with django_assert_num_queries(1):
        record_many(action="board.opened", by=NURSE, now=NOW, patients=patients)
    assert set(AuditEntry.objects.values_list("patient_id", flat=True)) == set(patients)


def test_an_act_that_is_rolled_back_leaves_no_record() -> None:
    with transaction.atomic():
        record(action="patient.opened", by=NURSE, now=NOW)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
