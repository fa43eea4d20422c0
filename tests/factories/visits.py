from datetime import datetime, timedelta
from uuid import UUID

from appointments.models import Appointment
from care.services.vaccination import rescreen_for, vaccinate
from patients.models import Patient
from tests.factories.moments import at
from tests.factories.people import day_answers
from tests.factories.sessions import make_arrival
from tests.factories.vials import Day, make_vial
from vaccinations.models import Dose, Vial


def make_vaccinated(
    day: Day,
    *,
    clock: str = "17.40",
    vial: Vial | None = None,
    patient: Patient | None = None,
    now: datetime | None = None,
) -> Appointment:
    """Vaccinate somebody at 17.42 on the clinic day, who is under observation then."""
    now = now or at("17.42")
    came = make_arrival(session=day.session, clock=clock, patient=patient, by=day.nurse)
    by = day.by
    opened = vial or make_vial(
        clinic=day.clinic, lot=day.lot, by=day.nurse, now=now - timedelta(minutes=5)
    )
    asked: UUID = rescreen_for(
        appointment_id=came.pk, answers=day_answers(came.patient), by=by, now=now
    ).pk
    vaccinate(
        appointment_id=came.pk,
        decision_id=asked,
        vial_id=opened.pk,
        site=Dose.Site.LEFT_ARM,
        by=by,
        now=now,
    )
    return Appointment.objects.select_related("slot__session__clinic", "patient", "dose__vial").get(
        pk=came.pk
    )
