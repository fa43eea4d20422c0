"""Judges a dose that somebody wants to start by another route than planned."""

from dataclasses import dataclass
from datetime import datetime

from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.models import Staff
from clinics.permissions import may
from eligibility.domain.answers import Indication
from eligibility.domain.decision import Course, Flag
from eligibility.models import Decision
from patients.domain.invisible import without_invisible
from vaccinations.domain.off_plan import Facts, RouteStop, others_than, route_stop
from vaccinations.services.doses import RouteWord

UNDER_18 = "R27"


class RouteStoppedError(Exception):
    """The dose may not be started by this route in this person."""

    def __init__(self, stop: RouteStop) -> None:
        super().__init__(stop)
        self.stop = stop


class NoReasonForRouteError(Exception):
    """Nobody has written why the dose is given by another route than planned."""


@dataclass(frozen=True)
class OffPlan:
    """Another route than planned, and why, in the words of the one who gives the dose."""

    route: str
    reason: str


def facts_of(decision: Decision, course: Course) -> Facts:
    """Return what decides the route of a person's dose, from today's decision."""
    return Facts(
        planned_route=course.route,
        under_18=UNDER_18 in decision.reasons,
        after_exposure=decision.indication == Indication.PEPV,
        keloid_tendency=Flag.KELOID_TENDENCY in decision.flags,
    )


def route_word(
    off_plan: OffPlan | None,
    *,
    decision: Decision,
    course: Course,
    clinic_id: int,
    by: Actor,
    now: datetime,
) -> RouteWord | None:
    """Return what allows another route than planned; None where the planned one is given.

    Raises RouteStoppedError, NoReasonForRouteError.
    """
    if off_plan is None or off_plan.route == course.route:
        return None
    stop = route_stop(off_plan.route, facts_of(decision, course))
    if stop is not None:
        raise RouteStoppedError(stop)
    if off_plan.route not in others_than(course.route):
        raise RouteStoppedError(RouteStop.ORDERED)
    if not without_invisible(off_plan.reason).strip():
        raise NoReasonForRouteError
    staff = Staff.objects.filter(pk=by.id).first()
    clinician = staff is not None and may(staff, clinic_id, Role.CLINICIAN, on=oslo_date(now))
    return RouteWord(reason=off_plan.reason.strip(), by_clinician=clinician)
