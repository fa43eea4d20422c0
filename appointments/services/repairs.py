"""Plans a session at its cutoff: asks a few people to move, collects answers, carries them out."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from appointments.domain.repairs import (
    ASKING,
    SHORTEST_TO_ANSWER,
    AskState,
    answer_deadline,
    waits_for_morning,
)
from appointments.domain.session_states import RUNNING
from appointments.domain.vial_planning import ImpossiblePolicyError
from appointments.locks import lock_session
from appointments.models import ClinicSession, MoveAsk, Repair
from appointments.selectors.repairs import (
    ask_with_place,
    asks_in,
    policy_of_repair,
    propose,
    state_now,
)
from appointments.selectors.session_plans import session_plan
from appointments.services.policies import take_policy
from appointments.services.repair_asks import ask
from appointments.services.repair_ends import end
from appointments.services.seats import expire_stale_holds
from audit.domain import Actor, ActorKind
from audit.services import record

logger = logging.getLogger(__name__)


class NotPlannableError(Exception):
    """The session is a draft, cancelled, or has begun: there is nobody to ask any more."""


class RepairUnderWayError(Exception):
    """People are being asked already: one planning at a time."""


def start_repair(*, session_id: UUID, by: Actor, now: datetime) -> Repair:
    """Plan a session: ask those whose move saves vials, or end at once when there is nobody to ask.

    The learned numbers are taken anew. Raises NotPlannableError, RepairUnderWayError,
    SessionUnknownError.
    """
    with transaction.atomic():
        return _start(lock_session(session_id), by=by, now=now)


def start_due_repairs(*, now: datetime) -> int:
    """Plan the sessions whose cutoff has come, or was missed; return how many were planned.

    Each is a transaction under its locks, so two sweeps at once plan nothing twice. At night nobody
    is asked: a cutoff that was missed waits for the morning when there is time to ask then.
    """
    due = ClinicSession.objects.filter(
        ~_planned_since_cutoff(),
        state__in=RUNNING,
        cutoff_at__lte=now,
        starts_at__gt=now,
    ).values_list("pk", "starts_at")
    return sum(
        _start_if_due(session_id, now=now)
        for session_id, starts_at in list(due.order_by("cutoff_at", "pk"))
        if not waits_for_morning(now, starts_at)
    )


def finish_due_repairs(*, now: datetime) -> int:
    """End the plannings that everybody has answered, or whose time is over; return how many."""
    unanswered = MoveAsk.objects.filter(repair=OuterRef("pk"), state=AskState.ASKED.value)
    due = Repair.objects.filter(Q(answer_by__lte=now) | ~Exists(unanswered), ended_at=None)
    found = list(due.order_by("answer_by", "pk").values_list("pk", flat=True))
    return sum(_finish_if_readable(repair_id, now=now) for repair_id in found)


def _finish_if_readable(repair_id: UUID, *, now: datetime) -> bool:
    try:
        finish_repair(repair_id=repair_id, now=now)
    except ImpossiblePolicyError:
        logger.exception("the policy of planning %s cannot be read", repair_id)
        return False
    return True


def finish_repair(*, repair_id: UUID, now: datetime) -> Repair:
    """End a planning under its locks; one that has ended is left as it is."""
    session_id = Repair.objects.values_list("session_id", flat=True).get(pk=repair_id)
    with transaction.atomic():
        session = lock_session(session_id)
        repair = Repair.objects.get(pk=repair_id)
        return repair if repair.ended_at else end(repair, session, now=now)


def answer_ask(*, ask_id: UUID, yes: bool, by: Actor, now: datetime) -> MoveAsk:
    """Note an answer and return the ask as it stands; nobody is moved before the planning ends.

    Whoever said yes may still say no. An answer that comes too late, or twice, changes nothing.
    After a no another person may be asked.
    """
    session_id = MoveAsk.objects.values_list("repair__session_id", flat=True).get(pk=ask_id)
    with transaction.atomic():
        session = lock_session(session_id)
        found = ask_with_place(ask_id)
        answer = AskState.YES if yes else AskState.NO
        over = found.repair.ended_at is not None or found.repair.answer_by <= now
        may_answer = {AskState.ASKED} if yes else ASKING
        if over or state_now(found, now) not in may_answer:
            return found
        found.state, found.answered_at = answer.value, now
        found.save(update_fields=["state", "answered_at"])
        record(
            action="move.answered",
            by=by,
            now=now,
            patient_id=found.appointment.patient_id,
            object_id=found.pk,
            reason=answer.value,
        )
        if not yes:
            _ask_another(found.repair, session, now=now)
    return found


def _start(session: ClinicSession, *, by: Actor, now: datetime) -> Repair:
    if session.state not in RUNNING or session.starts_at <= now:
        raise NotPlannableError
    if Repair.objects.filter(session=session, ended_at=None).exists():
        raise RepairUnderWayError
    expire_stale_holds(session.pk, now)
    policy = take_policy(session, now=now)
    session.save(update_fields=["policy"])
    plan = session_plan(session, now=now)
    deadline = answer_deadline(now, session.starts_at)
    repair = Repair.objects.create(
        session=session,
        number=1 + (session.repairs.aggregate(Max("number"))["number__max"] or 0),
        started_at=now,
        started_by_id=int(by.id) if by.kind is ActorKind.STAFF else None,
        answer_by=deadline or now,
        policy={"window_min": policy.window_min, **policy.snapshot()},
        vials_before=plan.vials(),
    )
    record(action="repair.started", by=by, now=now, object_id=repair.pk)
    if deadline and ask(repair, propose(plan, asks_in(session.pk), now=now), by=by, now=now):
        return repair
    return end(repair, session, now=now)


def _start_if_due(session_id: UUID, *, now: datetime) -> bool:
    with transaction.atomic():
        session = lock_session(session_id)
        done = ClinicSession.objects.filter(_planned_since_cutoff(), pk=session_id).exists()
        if done or session.cutoff_at > now:
            return False
        try:
            _start(session, by=Actor.system(), now=now)
        except (NotPlannableError, RepairUnderWayError):  # staff are at it: the next sweep looks
            return False
        except ImpossiblePolicyError:  # the other days are planned all the same
            logger.exception("the policy of session %s cannot be read", session_id)
            return False
    return True


def _planned_since_cutoff() -> Exists:
    planned = Repair.objects.filter(session=OuterRef("pk"), started_at__gte=OuterRef("cutoff_at"))
    return Exists(planned)


def _ask_another(repair: Repair, session: ClinicSession, *, now: datetime) -> None:
    """Ask the next after a no, when there is time for an answer. The session must be locked."""
    if session.starts_at <= now or repair.answer_by - now < SHORTEST_TO_ANSWER:
        return
    plan = session_plan(session, now=now, policy=policy_of_repair(repair))
    ask(repair, propose(plan, asks_in(session.pk), now=now), by=Actor.system(), now=now)
