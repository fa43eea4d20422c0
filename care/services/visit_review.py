"""Asks the clinician about a person who has arrived, and lets the visit go on as approved."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.endings import MOVE_OF, EndReason
from appointments.domain.status import Move
from appointments.models import Appointment
from appointments.services.day import turn_away
from appointments.services.ending import end_without_dose
from audit.domain import Actor
from care.services.postponing import later_of
from care.services.vaccination import PlanChangedError, asked_today, waiting
from eligibility.domain.cases import CaseKind, CaseState
from eligibility.domain.decision import Outcome
from eligibility.models import Decision, ReviewCase
from eligibility.services.cases import open_case_on, waiting_case_of, withdraw
from eligibility.services.exposures import pepv_of
from eligibility.services.rescreening import follow_approval


class NothingToAskError(Exception):
    """Today's answers do not call for a clinician."""


class NotApprovedError(Exception):
    """No clinician has approved what today's answers brought up."""


def ask_clinician(
    *, appointment_id: UUID, decision_id: UUID, by: Actor, now: datetime
) -> ReviewCase:
    """Open a case at the clinic on today's answers; the person waits.

    ``decision_id`` is the decision that the nurse has seen. A case that waits on older answers is
    withdrawn for this one; asked twice, it is the same case. Raises ChangedMeanwhileError,
    PlanChangedError, NothingToAskError.
    """
    with transaction.atomic():
        appointment = waiting(appointment_id)
        decision = appointment.decision
        if appointment.decision_id != decision_id or decision is None:
            raise PlanChangedError
        if not _calls_for_clinician(decision, now):
            raise NothingToAskError
        return _case_on(appointment, decision, by=by, now=now)


def go_on_as_approved(*, appointment_id: UUID, by: Actor, now: datetime) -> Decision:
    """Let the visit follow what the clinician approved; the questions are not asked again.

    Raises ChangedMeanwhileError, NotApprovedError.
    """
    with transaction.atomic():
        appointment = waiting(appointment_id)
        case = cases_of([appointment]).get(appointment.pk)
        found = appointment.decision
        if case is None or case.state != CaseState.APPROVED or case.outcome is None or not found:
            raise NotApprovedError
        if not asked_today(found, now):  # approved after the day was over: ask again then
            raise NotApprovedError
        appointment.decision = follow_approval(found, case.outcome, by=by, now=now)
        appointment.save(update_fields=["decision"])
    return appointment.decision


def end_visit(*, appointment_id: UUID, reason: str, by: Actor, now: datetime) -> Appointment:
    """End a visit without a dose. What a clinician has to decide waits in the queue all the same.

    Raises NotTodayError, MoveNotAllowedError, ChangedMeanwhileError.
    """
    with transaction.atomic():
        appointment = waiting(appointment_id)
        _leave_to_clinician(appointment, by=by, now=now)
        return turn_away(
            appointment_id=appointment_id,
            reason=reason,
            by=by,
            now=now,
            call_back=later_of(appointment, now=now) is not None,
        )


def end_visit_for(
    *,
    appointment_id: UUID,
    reason: EndReason,
    note: str,
    call_back: bool,
    by: Actor,
    now: datetime,
) -> Appointment:
    """End a visit for a reason that is no answer to a question: no ID, gone, does not want it.

    What a clinician has to decide waits in the queue all the same.
    Raises NotTodayError, MoveNotAllowedError, ChangedMeanwhileError.
    """
    with transaction.atomic():
        appointment = waiting(appointment_id)
        if MOVE_OF[reason] is not Move.DECLINE:
            _leave_to_clinician(appointment, by=by, now=now)
        return end_without_dose(
            appointment_id=appointment_id,
            reason=reason,
            note=note,
            call_back=call_back,
            by=by,
            now=now,
        )


def _leave_to_clinician(appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """Open a case on what today's answers brought up, unless there is one."""
    decision = appointment.decision
    undecided = cases_of([appointment]).get(appointment.pk) is None
    if decision is not None and undecided and _calls_for_clinician(decision, now):
        _case_on(appointment, decision, by=by, now=now)


def cases_of(appointments: Iterable[Appointment]) -> dict[UUID, ReviewCase]:
    """Return the case that each visit's decision was put before a clinician in; one query.

    By appointment; with the clinician's decision. Visits without a case are left out.
    """
    by_decision = {one.decision_id: one.pk for one in appointments if one.decision_id}
    found = (
        ReviewCase.objects.filter(decision_id__in=list(by_decision), kind=CaseKind.VISIT)
        .exclude(state=CaseState.WITHDRAWN)
        .select_related("outcome", "decided_by")
        .order_by("opened_at")
    )
    return {by_decision[case.decision_id]: case for case in found}


def _calls_for_clinician(decision: Decision, now: datetime) -> bool:
    return asked_today(decision, now) and decision.outcome == Outcome.CLINICIAN_REVIEW


def _case_on(
    appointment: Appointment, decision: Decision, *, by: Actor, now: datetime
) -> ReviewCase:
    case = waiting_case_of(decision.patient_id)
    if case is not None and case.decision_id == decision.pk:
        return case
    if case is not None:
        withdraw(case_id=case.pk, by=by, now=now)
    return open_case_on(
        decision=decision,
        pepv=pepv_of(decision),
        clinic_id=appointment.slot.session.clinic_id,
        kind=CaseKind.VISIT,
        sent=None,
        note="",
        by=by,
        now=now,
    )
