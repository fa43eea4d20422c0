"""What else a person has with us that a new booking touches, in one statement."""

from dataclasses import dataclass
from uuid import UUID

from appointments.domain.status import Status
from patients.models import Patient

# Written out: every booking waits for it under its locks, and composing it takes longer than
# running it.
_TIES = """
SELECT
    id,
    merged_into_id,
    contact_by,
    EXISTS (
        SELECT FROM vaccinations_dose
        WHERE patient_id IN (SELECT id FROM patients_patient p WHERE p.person_id = me.person_id)
            AND dose_number = %(dose)s AND voided_at IS NULL
    ) AS given,
    EXISTS (
        SELECT FROM appointments_waitingentry
        WHERE patient_id IN (SELECT id FROM patients_patient p WHERE p.person_id = me.person_id)
            AND dose_number = %(dose)s AND ended_at IS NULL
    ) AS waits,
    EXISTS (
        SELECT FROM appointments_appointment
        WHERE patient_id IN (SELECT id FROM patients_patient p WHERE p.person_id = me.person_id)
            AND dose_number IN (%(dose)s, %(dose)s + 1) AND status = %(booked)s
    ) AS booked
FROM patients_patient me
WHERE id = %(patient)s
"""


@dataclass(frozen=True)
class Ties:
    """How a patient is told of a booking, and what there is to see to because of it.

    ``patient`` has how they are reached, and no more. ``given``: the dose is given already.
    ``waits``: on a waiting list for it. ``booked``: a place for it (that nobody came to, or the
    database will refuse another) or for the dose after it.
    """

    patient: Patient
    given: bool
    waits: bool
    booked: bool


def ties_of(patient_id: UUID, *, dose_number: int) -> Ties:
    """Read what a booking of a dose touches; of a patient there is."""
    asked = {"patient": patient_id, "dose": dose_number, "booked": Status.BOOKED}
    [patient] = Patient.objects.raw(_TIES, asked)
    found = {name: getattr(patient, name) for name in ("given", "waits", "booked")}
    return Ties(patient=patient, **found)
