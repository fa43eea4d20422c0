"""Reads of review cases. What people sent is read only where it is asked for."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from eligibility.domain.cases import WAITING, Timing
from eligibility.models import ReviewCase, ReviewCaseEvent

# How long an ended case stands below the queue.
LATELY = timedelta(days=7)
_CONTENTS = ("sent", "note", "reason")


def timing_of(case: ReviewCase) -> Timing:
    """Return what a case's place in the queue follows from."""
    return Timing(
        prevents_until=case.prevents_until,
        deadline=case.deadline,
        high_risk=case.high_risk,
        opened_at=case.opened_at,
    )


def waiting_cases(clinic_id: int) -> QuerySet[ReviewCase]:
    """Return a clinic's waiting cases with patient, decision and holder, without what was sent."""
    return (
        ReviewCase.objects.filter(clinic_id=clinic_id, state__in=WAITING)
        .select_related("patient__merged_into", "decision", "claimed_by")
        .defer(*_CONTENTS)
    )


def lately_ended_cases(clinic_id: int, *, now: datetime) -> QuerySet[ReviewCase]:
    """Return the cases of a clinic that ended in the last 7 days, the newest first."""
    return (
        ReviewCase.objects.filter(clinic_id=clinic_id, closed_at__gt=now - LATELY)
        .select_related("patient__merged_into", "decided_by")
        .defer(*_CONTENTS)
        .order_by("-closed_at", "pk")
    )


def waiting_timings(clinic_ids: Iterable[int]) -> dict[int, list[Timing]]:
    """Return the timing of every waiting case by clinic; one query, and nothing about anybody."""
    found: dict[int, list[Timing]] = {}
    cases = ReviewCase.objects.filter(clinic_id__in=clinic_ids, state__in=WAITING)
    for case in cases.only("clinic_id", "prevents_until", "deadline", "high_risk", "opened_at"):
        found.setdefault(case.clinic_id, []).append(timing_of(case))
    return found


def case_at(clinic_id: int, case_id: UUID) -> ReviewCase | None:
    """Return a clinic's case with patient, decisions and clinicians, and what was sent."""
    return (
        ReviewCase.objects.filter(pk=case_id, clinic_id=clinic_id)
        .select_related(
            "clinic", "patient__merged_into", "decision", "outcome", "claimed_by", "decided_by"
        )
        .first()
    )


def has_handed_over(case_id: UUID, *, staff_id: int) -> bool:
    """Tell whether somebody has sent a case on to another clinic."""
    return ReviewCaseEvent.objects.filter(
        case_id=case_id, by_id=staff_id, action=ReviewCaseEvent.Action.HAND_OVER
    ).exists()


def events_of(case: ReviewCase) -> list[ReviewCaseEvent]:
    """Return what was done with a case, in order."""
    return list(case.events.select_related("by"))
