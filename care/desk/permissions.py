"""Who may open the pages of a clinic's desk."""

from collections.abc import Mapping
from typing import Any

from appointments.models import Appointment, ClinicSession, Displaced, WaitingEntry
from care.services.known_people import is_known_at
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


def clinic_of_planned_session(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the session in it is there."""
    return (
        ClinicSession.objects.filter(pk=kwargs["session_id"], clinic__slug=kwargs["clinic_slug"])
        .values_list("clinic_id", flat=True)
        .first()
    )


def clinic_of_entry(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the place on a waiting list in it is there."""
    return (
        WaitingEntry.objects.filter(pk=kwargs["entry_id"], clinic__slug=kwargs["clinic_slug"])
        .values_list("clinic_id", flat=True)
        .first()
    )


def clinic_of_displaced(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the person's time was there."""
    return (
        Displaced.objects.filter(
            pk=kwargs["displaced_id"],
            appointment__slot__session__clinic__slug=kwargs["clinic_slug"],
        )
        .values_list("appointment__slot__session__clinic_id", flat=True)
        .first()
    )


def clinic_that_knows(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if it has something to do with the person in it."""
    clinic = clinic_by_slug(kwargs["clinic_slug"])
    return clinic.pk if clinic and is_known_at(clinic.pk, kwargs["patient_id"]) else None


def clinic_of_time(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if somebody has booked the appointment in it there."""
    return (
        Appointment.objects.filter(
            pk=kwargs["appointment_id"],
            patient__isnull=False,
            slot__session__clinic__slug=kwargs["clinic_slug"],
        )
        .values_list("slot__session__clinic_id", flat=True)
        .first()
    )


AT_DESK = at_clinic(*sorted(AT_THE_BOARD), by=clinic_of_slug)
ON_ENTRY = at_clinic(*sorted(AT_THE_BOARD), by=clinic_of_entry)
ON_DISPLACED = at_clinic(*sorted(AT_THE_BOARD), by=clinic_of_displaced)
ON_KNOWN = at_clinic(*sorted(AT_THE_BOARD), by=clinic_that_knows)
ON_TIME = at_clinic(*sorted(AT_THE_BOARD), by=clinic_of_time)
# What people sent to a clinician is for clinicians.
ON_CASES = at_clinic(Role.CLINICIAN, by=clinic_of_slug)
ON_CASE = at_clinic(Role.CLINICIAN, by=clinic_of_case)
# Those who plan the days start a planning; those who work at the board may read it.
PLANNERS = frozenset({Role.ADMIN, Role.LEAD})
PLANNING = at_clinic(*sorted(AT_THE_BOARD | PLANNERS), by=clinic_of_slug)
ON_PLANNED_SESSION = at_clinic(*sorted(AT_THE_BOARD | PLANNERS), by=clinic_of_planned_session)
STARTS_PLANNING = at_clinic(*sorted(PLANNERS), by=clinic_of_planned_session)
