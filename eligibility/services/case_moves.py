"""Moves a review case from state to state, by compare-and-set, with its event and audit row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.domain import Actor, ActorKind
from audit.services import record
from eligibility.domain.cases import TAKEN, CaseMove, CaseState, case_target
from eligibility.models import ReviewCase, ReviewCaseEvent
from vaccinations.services.signing import signer

EXPOSURE_DAYS = ("exposed_on", "prevents_until", "deadline")


class CaseChangedError(Exception):
    """Somebody else moved the case first."""


class NotYourCaseError(Exception):
    """The case is not taken, or another clinician has it."""


class ReasonMissingError(Exception):
    """A refusal, and an interval of the clinician's own, need a written reason."""


def ended(now: datetime, *, exposure_matters: bool = False) -> dict[str, Any]:
    """Return what ends a case: what the person sent is dropped, mostly the exposure's days too."""
    days = {} if exposure_matters else dict.fromkeys(EXPOSURE_DAYS)
    return {"closed_at": now, "sent": None, "note": None, **days}


def own_case(case_id: UUID, *, by: Actor, now: datetime) -> ReviewCase:
    """Return a case that the clinician who acts has taken."""
    case = ReviewCase.objects.select_related("decision").get(pk=case_id)
    staff = signer(clinic_id=case.clinic_id, by=by, now=now)
    if case.state not in TAKEN or case.claimed_by_id != staff.pk:
        raise NotYourCaseError
    return case


_AUDITED = {
    CaseMove.CLAIM: "case.claimed",
    CaseMove.RELEASE: "case.released",
    CaseMove.TAKE_OVER: "case.taken_over",
    CaseMove.ASK_TO_CALL: "case.asked_to_call",
    CaseMove.HAND_OVER: "case.handed_over",
    CaseMove.APPROVE: "case.approved",
    CaseMove.REFUSE: "case.refused",
    CaseMove.WITHDRAW: "case.withdrawn",
    CaseMove.CLOSE: "case.closed",
}


@transaction.atomic
def move(
    case: ReviewCase, by_move: CaseMove, *, by: Actor, now: datetime, words: str = "", **fields: Any
) -> ReviewCase:
    """Apply a move to the case as the caller has seen it: state, clinic, and who has it.

    Raises CaseMoveNotAllowedError, CaseChangedError.
    """
    goal = case_target(by_move, CaseState(case.state))
    changed = ReviewCase.objects.filter(
        pk=case.pk, state=case.state, clinic_id=case.clinic_id, claimed_by_id=case.claimed_by_id
    ).update(state=goal, **fields)
    if not changed:
        raise CaseChangedError
    case.state = goal
    for name, value in fields.items():
        setattr(case, name, value)
    note_event(case, by_move, by=by, now=now, words=words)
    record(action=_AUDITED[by_move], by=by, now=now, patient_id=case.patient_id, object_id=case.pk)
    return case


def note_event(case: ReviewCase, action: str, *, by: Actor, now: datetime, words: str = "") -> None:
    ReviewCaseEvent.objects.create(
        case=case,
        at=now,
        by_id=int(by.id) if by.kind == ActorKind.STAFF else None,
        action=action,
        note=words.strip(),
    )
