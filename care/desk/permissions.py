"""Who may open the pages of a clinic's desk."""

from collections.abc import Mapping
from typing import Any

from clinics.domain.roles import AT_THE_BOARD
from clinics.permissions import at_clinic
from clinics.selectors import clinic_by_slug


def clinic_of_slug(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL."""
    clinic = clinic_by_slug(kwargs["clinic_slug"])
    return clinic.pk if clinic else None


AT_DESK = at_clinic(*sorted(AT_THE_BOARD), by=clinic_of_slug)
