"""Another entry that has the number of an ID: often the same person, registered twice."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from appointments.models import Appointment, ClinicSession
from appointments.selectors.day import ON_THE_LIST
from audit.domain import Actor
from audit.services import record
from care.services.known_people import is_known_at
from patients.models import Patient
from patients.selectors import same_person
from vaccinations.models import Dose
from vaccinations.selectors import doses_of


@dataclass(frozen=True)
class SameNumber:
    """The other entry. What the clinic has nothing to do with is not shown: then ``patient`` None.

    ``doses`` is what is recorded there: it counts for the person who stands here.
    """

    patient: Patient | None
    doses: tuple[Dose, ...]
    today: Appointment | None


def same_number(
    patient_id: UUID, *, session: ClinicSession, by: Actor, now: datetime
) -> SameNumber:
    """Read who else has a number, for the clinic of a session; the reading is recorded.

    Doses are shown from everywhere: not to know of one is more dangerous than to know.
    """
    doses = tuple(doses_of([patient_id])[patient_id])
    record(action="patient.read", by=by, now=now, patient_id=patient_id)
    if not is_known_at(session.clinic_id, patient_id):
        return SameNumber(None, doses, None)
    today = (
        Appointment.objects.filter(
            patient__in=same_person(patient_id),
            slot__session__clinic_id=session.clinic_id,
            slot__session__date=session.date,
            status__in=ON_THE_LIST,
        )
        .select_related("slot__session")
        .order_by("slot__starts_at")
        .first()
    )
    return SameNumber(Patient.objects.get(pk=patient_id), doses, today)
