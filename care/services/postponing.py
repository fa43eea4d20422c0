"""Postpones a visit after today's questions: a stop that passes leads to another day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from appointments.domain.endings import EndReason
from appointments.domain.status import ENDED_WITHOUT_DOSE, Status
from appointments.models import Appointment
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.postponing import postpone
from audit.domain import Actor
from care.services.vaccination import PlanChangedError
from clinics.domain.calendar import oslo_date
from eligibility.domain.decision import Course, Outcome
from eligibility.models import Decision
from eligibility.services.decisions import course_of
from vaccinations.domain.limits import Limit

_MAY_COME_AGAIN = ENDED_WITHOUT_DOSE | {Status.ARRIVED}


class NotPostponedError(Exception):
    """Today's answers do not say "later": they let the dose be given, or stop it for good."""


@dataclass(frozen=True)
class Later:
    """What a postponed person needs a time for: the course, and the first day of it.

    ``group`` is the one whose times are offered, None for any: a second dose is given whatever
    groups are open. ``reason`` is why the visit ended.
    """

    course: Course
    not_before: date
    group: int | None
    reason: str


def later_of(appointment: Appointment, *, now: datetime) -> Later | None:
    """Tell what a visit can be postponed to; None when today's answers are not of that kind.

    Fever and a lasting reaction wait for another day (R31, R34); a dose that comes too soon, for
    its first possible day (A11). Whoever may have the dose and went without it, for a reason that
    is no answer, may come another day too.
    """
    decision = appointment.decision
    if decision is None or appointment.status not in _MAY_COME_AGAIN:
        return None
    course = course_of(decision)
    if course is None:
        return None
    told = appointment.end_reason in list(EndReason)
    if not told and decision.source in {Decision.Source.SELF, Decision.Source.PHONE}:
        return None
    eligible = decision.outcome == Outcome.ELIGIBLE
    too_early = eligible and course.earliest_on > decision.assessed_on
    if decision.outcome != Outcome.DEFER and not too_early and not (told and eligible):
        return None
    tomorrow = oslo_date(now) + timedelta(days=1)
    has_group = course.next_dose == 1 and decision.priority_group
    return Later(
        course=course,
        not_before=max(tomorrow, course.earliest_on),
        group=int(decision.priority_group) if has_group else None,
        reason=decision.outcome if not eligible else Limit.INTERVAL,
    )


def postpone_visit(
    *, appointment_id: UUID, decision_id: UUID, slot_id: UUID, by: Actor, now: datetime
) -> Appointment:
    """Give a person another time than today; return the new appointment.

    ``decision_id`` is the decision that the nurse has seen. Raises PlanChangedError,
    NotPostponedError and what ``appointments.services.postponing.postpone`` raises.
    """
    appointment = Appointment.objects.select_related("decision").get(pk=appointment_id)
    if appointment.status not in _MAY_COME_AGAIN:
        raise ChangedMeanwhileError(appointment.status)
    if appointment.decision_id != decision_id:
        raise PlanChangedError
    later = later_of(appointment, now=now)
    if later is None:
        raise NotPostponedError
    return postpone(
        appointment_id=appointment_id,
        slot_id=slot_id,
        decision_id=decision_id,
        route=later.course.route,
        dose_number=later.course.next_dose,
        not_before=later.not_before,
        reason=later.reason,
        by=by,
        now=now,
    )
