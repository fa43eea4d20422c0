"""Who may open the pages of the board: those who stand in the clinic on the day."""

from collections.abc import Mapping
from typing import Any

from appointments.permissions import clinic_of_appointment, clinic_of_session
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


_ROLES = sorted(AT_THE_BOARD)

ON_SESSION = at_clinic(*_ROLES, by=clinic_of_session)
ON_PERSON = at_clinic(*_ROLES, by=clinic_of_appointment)
ON_DOSE = at_clinic(*_ROLES, by=_of_dose)
ON_VIAL = at_clinic(*_ROLES, by=_of_vial)
AT_CLINIC = at_clinic(*_ROLES, by=_of_slug)
# The figures of a day are also for those who plan the days; only an admin undoes its end.
READS_REPORT = at_clinic(*_ROLES, Role.ADMIN, by=clinic_of_session)
REOPENS_DAY = at_clinic(Role.ADMIN, by=clinic_of_session)
