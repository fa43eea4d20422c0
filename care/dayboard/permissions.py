"""Who may open the pages of the board: those who stand in the clinic on the day."""

from collections.abc import Mapping
from typing import Any

from appointments.permissions import clinic_of_appointment, clinic_of_session
from care.permissions import on_day, on_person
from care.services.known_people import is_known_at
from clinics.domain.roles import AT_THE_BOARD, Role
from clinics.permissions import at_clinic
from clinics.selectors import clinic_by_slug
from vaccinations.selectors import clinic_of_dose, clinic_of_vial


def _of_dose(kwargs: Mapping[str, Any]) -> int | None:
    return clinic_of_dose(kwargs["dose_id"])


def _of_vial(kwargs: Mapping[str, Any]) -> int | None:
    return clinic_of_vial(kwargs["vial_id"])


def _of_slug(kwargs: Mapping[str, Any]) -> int | None:
    clinic = clinic_by_slug(kwargs["clinic_slug"])
    return clinic.pk if clinic else None


def _that_knows(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic of the session in the URL, if it knows the person in it."""
    clinic = clinic_of_session(kwargs)
    return clinic if clinic and is_known_at(clinic, kwargs["patient_id"]) else None


_ROLES = sorted(AT_THE_BOARD)

ON_SESSION = on_day(*_ROLES)
ON_KNOWN = on_person(*_ROLES, by=_that_knows)
ON_PERSON = on_person(*_ROLES, by=clinic_of_appointment)
ON_DOSE = on_person(*_ROLES, by=_of_dose)
ON_VIAL = at_clinic(*_ROLES, by=_of_vial)
AT_CLINIC = at_clinic(*_ROLES, by=_of_slug)
# The figures of a day are also for those who plan the days; only an admin undoes its end.
READS_REPORT = at_clinic(*_ROLES, Role.ADMIN, by=clinic_of_session)
REOPENS_DAY = at_clinic(Role.ADMIN, by=clinic_of_session)
