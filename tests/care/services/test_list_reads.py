"""Who has read a list is recorded once a day for each login, list and patient."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from audit.domain import Actor
from audit.models import AuditEntry
from care.services.list_reads import record_list_read
from tests.factories import at

pytestmark = pytest.mark.django_db
NOW = at("17.42")
NURSE = Actor.staff(7, clinic_id=1, role="vaccinator")
ANNA, BO = uuid4(), uuid4()


def read(session: dict[str, Any], *patients: Any, list_id: str = "a", now: Any = NOW) -> int:
    return record_list_read(
        session, action="board.read", list_id=list_id, patient_ids=patients, by=NURSE, now=now
    )


def test_a_first_read_is_recorded_for_everybody_on_the_list() -> None:
    assert read({}, ANNA, BO) == 2

    entries = AuditEntry.objects.filter(action="board.read")
    assert {entry.patient_id for entry in entries} == {ANNA, BO}
    assert {(e.actor_id, e.clinic_id, e.role, e.object_id) for e in entries} == {
        ("7", 1, "vaccinator", "a")
    }


def test_reading_again_the_same_day_is_not_recorded_again() -> None:
    session: dict[str, Any] = {}
    read(session, ANNA, BO)

    assert read(session, BO, ANNA) == 0
    assert AuditEntry.objects.count() == 2


def test_somebody_new_on_the_list_is_recorded() -> None:
    session: dict[str, Any] = {}
    read(session, ANNA)

    assert read(session, ANNA, BO) == 1
    assert AuditEntry.objects.get(patient_id=BO)


def test_another_list_another_login_and_the_next_day_count_by_themselves() -> None:
    session: dict[str, Any] = {}
    read(session, ANNA)

    assert read(session, ANNA, list_id="b") == 1
    assert read({}, ANNA) == 1
    assert read(session, ANNA, now=NOW + timedelta(days=1)) == 1
    assert read(session, ANNA, list_id="b", now=NOW + timedelta(days=1)) == 1


def test_a_place_without_a_patient_is_nobody_read() -> None:
    assert read({}, None) == 0
    assert not AuditEntry.objects.exists()
