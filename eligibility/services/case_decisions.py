"""A clinician's answer to a case: a signed decision of their own beside the one that was found."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from eligibility.domain.cases import LONGEST_INTERVAL, SHORTEST_INTERVAL, CaseMove
from eligibility.domain.decision import Course, Outcome, Route
from eligibility.models import Decision, ReviewCase
from eligibility.services.case_messages import answered
from eligibility.services.case_moves import ReasonMissingError, ended, move, own_case
from eligibility.services.decisions import as_domain, course_of, keep, told_doses_of
from vaccinations.services.signing import signer

# What a clinician may answer with when the answer is no.
REFUSALS = frozenset({Outcome.NOT_OFFERED, Outcome.NOT_NEEDED, Outcome.CONTRAINDICATED})


class NothingToApproveError(Exception):
    """A stop (R30, R32, R33, R20) or a complete course: no clinician's yes would lead to a dose."""


class CourseNotAllowedError(Exception):
    """The course goes against a rule that no clinician overrides here (R21, R25, R27)."""


class IntervalOutOfRangeError(Exception):
    """An interval of the clinician's own is 7 to 365 days, for a course with a dose 2."""


def approve(
    *,
    case_id: UUID,
    course: Course,
    interval_override_days: int | None,
    reason: str,
    by: Actor,
    now: datetime,
    visit_on: date | None = None,
) -> Decision:
    """Approve a course and sign: a new decision beside the one that was found.

    ``course`` is the suggested one with the clinician's doses and route. An interval of the
    clinician's own (7 to 365 days) takes the place of A11's 28 days; it needs a written reason.
    ``visit_on`` is the day of the visit where that is settled too: the booking then tells the
    person, and approved for a day after the deadline, the visit does not ask about it again (A10).
    Raises NothingToApproveError, CourseNotAllowedError, IntervalOutOfRangeError,
    ReasonMissingError, NotYourCaseError, CaseChangedError, NotAClinicianError, NoHprNumberError.
    """
    case = own_case(case_id, by=by, now=now)
    suggested = course_of(case.decision)
    if case.decision.outcome != Outcome.CLINICIAN_REVIEW or suggested is None:
        raise NothingToApproveError
    _refuse_other_courses(course, suggested)
    if interval_override_days is not None:
        if course.doses < 2 or not SHORTEST_INTERVAL <= interval_override_days <= LONGEST_INTERVAL:
            raise IntervalOutOfRangeError(interval_override_days)
        if not reason.strip():
            raise ReasonMissingError
        course = _at_own_interval(course, suggested, interval_override_days, now=now)
    too_late = case.deadline is not None and (visit_on or oslo_date(now)) > case.deadline
    return _decide(
        case,
        CaseMove.APPROVE,
        outcome=Outcome.ELIGIBLE,
        course=course,
        settles=frozenset({"A10"}) if too_late else frozenset(),
        interval_override_days=interval_override_days,
        reason=reason,
        reason_shown=False,
        # The booking has a message of its own.
        tells=visit_on is None,
        by=by,
        now=now,
    )


def refuse(
    *,
    case_id: UUID,
    reason: str,
    by: Actor,
    now: datetime,
    outcome: Outcome = Outcome.NOT_OFFERED,
    reason_shown: bool = False,
) -> Decision:
    """Refuse and sign, with a written reason, which the person sees if ``reason_shown``.

    ``outcome`` is one of REFUSALS. Raises ReasonMissingError, NotYourCaseError, CaseChangedError,
    NotAClinicianError, NoHprNumberError.
    """
    case = own_case(case_id, by=by, now=now)
    if outcome not in REFUSALS:
        raise ValueError(outcome)
    if not reason.strip():
        raise ReasonMissingError
    return _decide(
        case,
        CaseMove.REFUSE,
        outcome=outcome,
        course=None,
        settles=frozenset(),
        interval_override_days=None,
        reason=reason,
        reason_shown=reason_shown,
        tells=True,
        by=by,
        now=now,
    )


def _refuse_other_courses(course: Course, suggested: Course) -> None:
    """R21, R25, R27: under the skin where the rules say so."""
    if suggested.route is Route.SUBCUTANEOUS and course.route is not Route.SUBCUTANEOUS:
        raise CourseNotAllowedError(course.route)
    if not suggested.next_dose <= course.doses <= 2:
        raise CourseNotAllowedError(course.doses)


def _at_own_interval(course: Course, suggested: Course, days: int, *, now: datetime) -> Course:
    """Move dose 2's first day by the difference; a first dose has no day to move."""
    if course.next_dose < 2:
        return course
    earliest = suggested.earliest_on + timedelta(days=days - course.min_interval_days)
    return replace(course, earliest_on=max(earliest, oslo_date(now)))


def _decide(
    case: ReviewCase,
    by_move: CaseMove,
    *,
    outcome: Outcome,
    course: Course | None,
    settles: frozenset[str],
    interval_override_days: int | None,
    reason: str,
    reason_shown: bool,
    tells: bool,
    by: Actor,
    now: datetime,
) -> Decision:
    found = as_domain(case.decision)
    staff = signer(clinic_id=case.clinic_id, by=by, now=now)
    decided = replace(
        found,
        assessed_on=oslo_date(now),
        outcome=outcome,
        course=course,
        reasons=tuple(sorted({*found.reasons, *settles})),
    )
    with transaction.atomic():
        decision = keep(
            decided,
            patient_id=case.patient_id,
            previous_doses=told_doses_of(case.decision),
            source=Decision.Source.CLINICIAN,
            by=by,
            now=now,
            decided_by=staff,
            approved_route=course.route if course else "",
            interval_override_days=interval_override_days,
        )
        ended_case = move(
            case,
            by_move,
            by=by,
            now=now,
            decided_by=staff,
            hpr_number=staff.hpr_number,
            decided_at=now,
            outcome=decision,
            reason=reason.strip(),
            reason_shown=reason_shown,
            # The visit is judged by the exposure's day.
            **ended(now, exposure_matters=by_move is CaseMove.APPROVE),
        )
        if tells:
            answered(ended_case, now=now)
    return decision
