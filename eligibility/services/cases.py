"""Review cases: opened by people or at a visit, decided and signed by clinicians.

Each verb applies one move of ``eligibility.domain.cases``. What the person sent is dropped by the
move that ends the case.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.domain import Actor
from audit.services import record
from clinics.models import Clinic, Staff
from eligibility.domain.cases import PREVENTS_DISEASE_FOR, TAKEN, WAITING, CaseMove
from eligibility.domain.decision import Pepv
from eligibility.models import Decision, ReviewCase
from eligibility.services.case_decisions import (
    REFUSALS,
    CourseNotAllowedError,
    IntervalOutOfRangeError,
    NothingToApproveError,
    approve,
    refuse,
)
from eligibility.services.case_messages import answered, asked_to_call
from eligibility.services.case_moves import (
    CaseChangedError,
    NotYourCaseError,
    ReasonMissingError,
    ended,
    move,
    note_event,
    own_case,
)
from eligibility.services.decisions import keep
from eligibility.services.screening import Screened
from patients.locks import lock_person
from patients.selectors import same_person
from vaccinations.services.signing import signer

__all__ = [
    "REFUSALS",
    "CaseChangedError",
    "CaseWaitingError",
    "CourseNotAllowedError",
    "IntervalOutOfRangeError",
    "NotYourCaseError",
    "NothingToApproveError",
    "ReasonMissingError",
    "SameClinicError",
    "approve",
    "ask_to_call",
    "claim",
    "close",
    "hand_over",
    "open_case",
    "open_case_on",
    "refuse",
    "release",
    "take_over",
    "waiting_case_of",
    "withdraw",
]


class CaseWaitingError(Exception):
    """The person has a case that waits for an answer already. ``case_id`` is that one."""

    def __init__(self, case_id: UUID) -> None:
        super().__init__(case_id)
        self.case_id = case_id


class SameClinicError(Exception):
    """The case is at that clinic already."""


@transaction.atomic
def open_case(
    *,
    patient_id: UUID,
    clinic_id: int,
    screened: Screened,
    kind: str,
    sent: Mapping[str, Any] | None,
    note: str,
    by: Actor,
    now: datetime,
    asked_by: Staff | None = None,
) -> ReviewCase:
    """Keep the decision of finished answers and open a case on it.

    ``sent`` are those of the contract's answers that the person chose to send, as JSON.
    ``asked_by`` is who asked them on the phone, None where the person answered alone.
    Raises CaseWaitingError; then nothing is kept.
    """
    decision = keep(
        screened.decision,
        patient_id=patient_id,
        previous_doses=screened.answers.previous_doses,
        source=Decision.Source.PHONE if asked_by else Decision.Source.SELF,
        decided_by=asked_by,
        by=by,
        now=now,
    )
    return open_case_on(
        decision=decision,
        pepv=screened.decision.pepv,
        clinic_id=clinic_id,
        kind=kind,
        sent=sent,
        note=note,
        by=by,
        now=now,
    )


@transaction.atomic
def open_case_on(
    *,
    decision: Decision,
    pepv: Pepv | None,
    clinic_id: int,
    kind: str,
    sent: Mapping[str, Any] | None,
    note: str,
    by: Actor,
    now: datetime,
) -> ReviewCase:
    """Open a case on a decision that is kept already, for example a visit's.

    ``pepv`` is the decision's as the rules made it, which is not kept with it.
    Raises CaseWaitingError.
    """
    exposed_on = decision.assessed_on - timedelta(days=pepv.day) if pepv else None
    if len(lock_person(decision.patient_id)) > 1:
        elsewhere = waiting_case_of(decision.patient_id)
        if elsewhere is not None:
            raise CaseWaitingError(elsewhere.pk)
    try:
        with transaction.atomic():
            case = ReviewCase.objects.create(
                patient_id=decision.patient_id,
                clinic_id=clinic_id,
                decision=decision,
                kind=kind,
                sent=dict(sent) if sent else None,
                note=note.strip() or None,
                exposed_on=exposed_on,
                window=pepv.window if pepv else "",
                prevents_until=exposed_on + PREVENTS_DISEASE_FOR if exposed_on else None,
                deadline=pepv.deadline if pepv else None,
                high_risk=bool(
                    pepv and exposed_on and pepv.deadline > exposed_on + PREVENTS_DISEASE_FOR
                ),
                opened_at=now,
            )
    except IntegrityError:
        waiting = waiting_case_of(decision.patient_id)
        if waiting is None:
            raise
        raise CaseWaitingError(waiting.pk) from None
    note_event(case, "open", by=by, now=now)
    record(action="case.opened", by=by, now=now, patient_id=case.patient_id, object_id=case.pk)
    return case


def waiting_case_of(patient_id: UUID) -> ReviewCase | None:
    """Return the case of a person that waits for an answer."""
    return ReviewCase.objects.filter(patient__in=same_person(patient_id), state__in=WAITING).first()


def withdraw(*, case_id: UUID, by: Actor, now: datetime) -> ReviewCase:
    """End a case because the person wants no answer any more.

    Raises CaseMoveNotAllowedError once it has ended, CaseChangedError.
    """
    case = ReviewCase.objects.get(pk=case_id)
    return move(case, CaseMove.WITHDRAW, by=by, now=now, **ended(now))


def claim(*, case_id: UUID, by: Actor, now: datetime) -> ReviewCase:
    """Take a case that nobody has.

    Raises CaseMoveNotAllowedError, CaseChangedError, NotAClinicianError, NoHprNumberError.
    """
    case = ReviewCase.objects.get(pk=case_id)
    staff = signer(clinic_id=case.clinic_id, by=by, now=now)
    return move(case, CaseMove.CLAIM, by=by, now=now, claimed_by=staff, claimed_at=now)


def release(*, case_id: UUID, by: Actor, now: datetime) -> ReviewCase:
    """Put one's case back for another to take.

    Raises NotYourCaseError, CaseChangedError, NotAClinicianError, NoHprNumberError.
    """
    case = own_case(case_id, by=by, now=now)
    return move(case, CaseMove.RELEASE, by=by, now=now, claimed_by=None, claimed_at=None)


def take_over(*, case_id: UUID, holder_id: int, by: Actor, now: datetime) -> ReviewCase:
    """Take a case from the colleague who has it, ``holder_id``: they may be off duty.

    Raises CaseMoveNotAllowedError, CaseChangedError (it is another's by now), NotAClinicianError,
    NoHprNumberError.
    """
    case = ReviewCase.objects.get(pk=case_id)
    staff = signer(clinic_id=case.clinic_id, by=by, now=now)
    if case.state in TAKEN and case.claimed_by_id != holder_id:
        raise CaseChangedError
    return move(case, CaseMove.TAKE_OVER, by=by, now=now, claimed_by=staff, claimed_at=now)


def ask_to_call(*, case_id: UUID, by: Actor, now: datetime) -> ReviewCase:
    """Ask the person to call; the case stays with the clinician.

    Raises CaseMoveNotAllowedError when they are asked already, NotYourCaseError, CaseChangedError,
    NotAClinicianError, NoHprNumberError.
    """
    with transaction.atomic():
        case = move(own_case(case_id, by=by, now=now), CaseMove.ASK_TO_CALL, by=by, now=now)
        asked_to_call(case, now=now)
    return case


def hand_over(*, case_id: UUID, clinic_id: int, note: str, by: Actor, now: datetime) -> ReviewCase:
    """Send one's case to another clinic, where nobody has it yet.

    Raises SameClinicError, NotYourCaseError, CaseChangedError, NotAClinicianError,
    NoHprNumberError, Clinic.DoesNotExist.
    """
    case = own_case(case_id, by=by, now=now)
    if case.clinic_id == clinic_id:
        raise SameClinicError
    clinic = Clinic.objects.get(pk=clinic_id)
    return move(
        case,
        CaseMove.HAND_OVER,
        by=by,
        now=now,
        words=note,
        clinic=clinic,
        claimed_by=None,
        claimed_at=None,
    )


def close(*, case_id: UUID, reason: str, by: Actor, now: datetime) -> ReviewCase:
    """End one's case without a decision: settled otherwise, or not wanted any more.

    Raises ReasonMissingError, NotYourCaseError, CaseChangedError, NotAClinicianError,
    NoHprNumberError.
    """
    if not reason.strip():
        raise ReasonMissingError
    case = own_case(case_id, by=by, now=now)
    with transaction.atomic():
        move(case, CaseMove.CLOSE, by=by, now=now, reason=reason.strip(), **ended(now))
        answered(case, now=now)
    return case
