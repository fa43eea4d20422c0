"""Vials and doses, and a whole clinic day."""

from dataclasses import dataclass
from datetime import date, datetime

from appointments.models import (
    ClinicSession,
)
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic, Staff
from patients.models import Patient
from tests.factories.clinics import actor_of, make_clinic, make_staff
from tests.factories.moments import OPENING
from tests.factories.people import make_patient
from tests.factories.sessions import make_session
from tests.factories.stock import make_lot, sign_what_is_missing
from vaccinations.models import Dose, Lot, Vial
from vaccinations.services.doses import give
from vaccinations.services.vials import open_vial


def make_vial(
    *,
    clinic: Clinic | None = None,
    lot: Lot | None = None,
    by: Staff | None = None,
    now: datetime = OPENING,
    day: date | None = None,
) -> Vial:
    """Open a vial."""
    clinic = clinic or make_clinic()
    lot = lot or make_lot(clinic=clinic)
    sign_what_is_missing(clinic, lot.product, on=oslo_date(now))
    return open_vial(
        clinic_id=clinic.pk,
        lot_id=lot.pk,
        day=day or oslo_date(now),
        by=actor_of(by or make_staff(clinic=clinic), clinic),
        now=now,
    )


def make_dose(
    *,
    patient: Patient | None = None,
    vial: Vial | None = None,
    by: Staff | None = None,
    dose_number: int = 1,
    indication: str = Dose.Indication.PPV,
    route: str = Dose.Route.INTRADERMAL,
    site: str = Dose.Site.LEFT_ARM,
    now: datetime = OPENING,
) -> Dose:
    """Give a person a dose from a vial that is open."""
    vial = vial or make_vial(now=now)
    return give(
        patient_id=(patient or make_patient()).pk,
        vial_id=vial.pk,
        clinic_id=vial.clinic_id,
        dose_number=dose_number,
        indication=indication,
        ordered_route=route,
        route=route,
        site=site,
        previous_dose_on=None,
        by=actor_of(by or make_staff(clinic=vial.clinic), vial.clinic),
        now=now,
    )


@dataclass(frozen=True)
class Day:
    """A clinic day with a nurse, a lot and an open session."""

    clinic: Clinic
    nurse: Staff
    lot: Lot
    session: ClinicSession

    @property
    def by(self) -> Actor:
        """The nurse as the one who acts."""
        return actor_of(self.nurse, self.clinic)


def make_day(**session: object) -> Day:
    """Make a clinic day that is ready to begin."""
    clinic = make_clinic()
    return Day(
        clinic=clinic,
        nurse=make_staff(clinic=clinic),
        lot=make_lot(clinic=clinic),
        session=make_session(clinic=clinic, **session),  # type: ignore[arg-type]
    )
