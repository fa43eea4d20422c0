from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections

from audit.domain import Actor
from patients.models import Patient
from patients.services.registration import IdentityTakenError, confirm_identity
from tests.invariants import assert_integrity
from tests.patients.people import NOW, alice

NATIONAL = "15108695088"


@pytest.mark.django_db(transaction=True)
def test_ten_patients_seen_with_one_number_at_once_become_one_owner_and_nine_to_merge() -> None:
    patients = [alice().pk for _ in range(10)]
    together = Barrier(10)

    def see(patient_id: UUID) -> UUID | None:
        together.wait(10)
        try:
            confirm_identity(
                patient_id=patient_id,
                id_kind="national",
                id_number=NATIONAL,
                by=Actor.staff(1, clinic_id=1),
                now=NOW,
            )
        except IdentityTakenError as taken:
            return taken.patient_id
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(10) as pool:
        named = list(pool.map(see, patients))
    owner = Patient.objects.get(id_seen_at=NOW).pk
    assert sorted(map(str, named)) == sorted([str(owner)] * 9 + ["None"])
    assert_integrity(now=NOW)
