"""Keeps a person with a duplicate from having two times for one dose, where no constraint can."""

from uuid import UUID

from appointments.domain.status import ACTIVE
from appointments.models import Appointment
from patients.locks import lock_person
from vaccinations.models import Dose


def has_dose_otherwise(patient_id: UUID, dose_number: int) -> bool:
    """Tell whether a person has a time for a dose, or has had it, on another row than this one.

    Locks the person until the transaction ends: two who book for the two rows, or merge them, take
    turns. One query for who has no duplicate, beyond the lock.
    """
    others = set(lock_person(patient_id)) - {patient_id}
    if not others:
        return False
    of_others = {"patient__in": others, "dose_number": dose_number}
    return (
        Appointment.objects.filter(status__in=ACTIVE, **of_others).exists()
        or Dose.objects.filter(voided_at=None, **of_others).exists()
    )
