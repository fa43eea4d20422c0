"""What a clinician has ordered for this one person, as the vaccinator reads it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from care.dayboard.visit import Visit
from care.services.vaccination import decision_before
from clinics.models import Staff
from eligibility.domain.cases import CaseState
from eligibility.models import ReviewCase
from eligibility.services.decisions import course_of
from patients.selectors import same_person
from vaccinations.models import Dose


@dataclass(frozen=True)
class PersonOrder:
    """A clinician's order: volume in ml, interval in days; ``reason`` in the clinician's words."""

    signed_by: Staff | None
    hpr_number: str
    at: datetime | None
    route: str
    volume_ml: Decimal
    doses: int
    interval_days: int
    reason: str


def order_for(visit: Visit, *, now: datetime) -> PersonOrder | None:
    """Return what a clinician approved for a person, where the visit stands on it; else None.

    One that waits for the clinician's answer to be followed is the page's own matter.
    """
    case = (
        ReviewCase.objects.filter(
            patient__in=same_person(visit.patient.pk), state=CaseState.APPROVED
        )
        .exclude(outcome=None)
        .select_related("outcome", "decided_by")
        .order_by("-decided_at")
        .first()
    )
    if case is None or case.outcome is None:
        return None
    course = course_of(case.outcome)
    if course is None or not _stands_on(visit, case, now):
        return None
    interval = case.outcome.interval_override_days
    return PersonOrder(
        signed_by=case.decided_by,
        hpr_number=case.hpr_number,
        at=case.decided_at,
        route=str(Dose.Route(course.route).label),
        volume_ml=course.volume_ml,
        doses=course.doses,
        interval_days=course.min_interval_days if interval is None else interval,
        reason=case.reason,
    )


def _stands_on(visit: Visit, case: ReviewCase, now: datetime) -> bool:
    decision = visit.appointment.decision
    assert decision is not None
    if decision.approved_route or decision.interval_override_days is not None:
        return True
    followed = {decision.pk, visit.before.pk, decision_before(visit.appointment, now).pk}
    return case.outcome_id in followed
