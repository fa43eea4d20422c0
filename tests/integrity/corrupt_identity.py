"""ID checks and what was told before the dose, broken by hand."""

from datetime import timedelta

from patients.models import IdentityCheck, Patient
from tests.factories import make_patient
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World


def checked() -> IdentityCheck:
    return IdentityCheck.objects.get(undone_at=None)


@corrupts("identity.words")
def a_library_card(world: World) -> str:
    return change(checked(), document="library")


@corrupts("identity.undone", past="identity_check_undone_after_made")
def taken_back_first(world: World) -> str:
    return change(checked(), undone_at=NOW - timedelta(days=300))


@corrupts("appointment.identity")
def the_id_of_somebody_else(world: World) -> str:
    return change(checked(), patient=make_patient())


@corrupts("patient.no_number", past="patient_reason_only_without_number")
def a_number_and_none(world: World) -> str:
    patient = Patient.objects.filter(id_seen_at__isnull=False).exclude(id_number_hash="").first()
    assert patient
    return change(patient, no_number_why="not_issued")


@corrupts("appointment.informed", past="appointment_informed_by_somebody")
def told_by_nobody(world: World) -> str:
    return change(world.an("arrived"), informed_at=NOW)
