"""Who may open the pages of a clinic's desk."""

from collections.abc import Mapping
from typing import Any

from clinics.domain.roles import AT_THE_BOARD, Role
from clinics.permissions import at_clinic
from clinics.selectors import clinic_by_slug
from eligibility.models import ReviewCase


def clinic_of_slug(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL."""
    clinic = clinic_by_slug(kwargs["clinic_slug"])
    return clinic.pk if clinic else None


def clinic_of_case(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the case in it is there (it may be handed over)."""
    return (
        ReviewCase.objects.filter(pk=kwargs["case_id"], clinic__slug=kwargs["clinic_slug"])
        .values_list("clinic_id", flat=True)
        .first()
    )


AT_DESK = at_clinic(*sorted(AT_THE_BOARD), by=clinic_of_slug)
# What people sent to a clinician is for clinicians.
ON_CASES = at_clinic(Role.CLINICIAN, by=clinic_of_slug)
ON_CASE = at_clinic(Role.CLINICIAN, by=clinic_of_case)
