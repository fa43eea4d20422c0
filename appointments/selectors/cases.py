"""Reads of a person's own cases, and of what was booked after one."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment
from eligibility.domain.cases import WAITING, CaseState
from eligibility.models import ReviewCase
from patients.selectors import patients_by_contact_hash, same_person

# Somebody who was approved comes back for a time, but not for ever.
APPROVED_FOR = timedelta(days=60)


def case_with_place(case_id: UUID) -> ReviewCase:
    """Return a case with its clinic, patient and the clinician's decision; one query."""
    return ReviewCase.objects.select_related("clinic", "patient__merged_into", "outcome").get(
        pk=case_id
    )


def cases_of_contact(hashed: str, *, now: datetime) -> QuerySet[ReviewCase]:
    """Return the cases behind a contact's keyed hash, newest first.

    Those that wait, and those approved in the last 60 days.
    """
    approved = Q(state=CaseState.APPROVED, decided_at__gt=now - APPROVED_FOR)
    return (
        ReviewCase.objects.filter(
            Q(state__in=WAITING) | approved, patient__in=patients_by_contact_hash(hashed)
        )
        .select_related("clinic", "patient__merged_into")
        .order_by("-opened_at")
    )


def booked_after(case: ReviewCase) -> Appointment | None:
    """Return the appointment for the dose that a case ended in; None while there is none."""
    if case.outcome is None or case.outcome.course is None:
        return None
    return (
        Appointment.objects.filter(
            patient__in=same_person(case.patient_id),
            dose_number=case.outcome.course["next_dose"],
            status__in=[*ACTIVE, Status.VACCINATED],
        )
        .select_related("slot__session__clinic")
        .first()
    )
