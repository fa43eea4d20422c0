"""Ends the planning of a session: carries out the moves that still save vials. Never twice."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from appointments.domain.repairs import AskState, consented_moves, standby_wanted
from appointments.domain.session_states import RUNNING
from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession, MoveAsk, Repair
from appointments.selectors.repairs import minute_asked_about, policy_of_repair, still_stands
from appointments.selectors.session_plans import SessionPlan, SlotSeats, session_plan
from appointments.services import messages, standby
from appointments.services.offering import look_again
from appointments.services.repair_asks import tell
from appointments.services.seats import expire_stale_holds
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date


def end(repair: Repair, session: ClinicSession, *, now: datetime) -> Repair:
    """Settle every ask, move those whose yes still saves vials, invite standby, note the result.

    In the caller's transaction; the session must be locked. Who has cancelled or moved meanwhile is
    left as they are: their rows are locked before anything is decided.
    """
    expire_stale_holds(session.pk, now)
    asks = _locked_asks(repair)
    running = session.state in RUNNING and session.starts_at > now
    plan = session_plan(session, now=now, policy=policy_of_repair(repair))
    moves = _moves(plan, asks, now) if running else {}
    for ask in asks:
        if ask.pk in moves:
            _move(ask, plan.slots[moves[ask.pk]], moves=moves, plan=plan, now=now)
    _settle(asks, moves, clinic_id=session.clinic_id, now=now)
    after = session_plan(session, now=now, policy=plan.policy) if moves else plan
    # Before the cutoff others may still book what a standby person would be promised.
    at_cutoff = running and session.cutoff_at <= now
    wanted = standby_wanted(after.minutes, plan.policy) if at_cutoff else 0
    if wanted:
        invited = standby.invite_ahead(
            session_id=session.pk, number=wanted, by=Actor.system(), now=now
        )
        repair.standby_invited = len(invited)
    if moves:
        look_again(session.clinic_id, now=now)
    repair.ended_at, repair.vials_after = now, after.vials()
    repair.save(update_fields=["ended_at", "vials_after", "standby_invited"])
    record(action="repair.ended", by=Actor.system(), now=now, object_id=repair.pk)
    return repair


def _locked_asks(repair: Repair) -> list[MoveAsk]:
    """Return the asks, the rows of their appointments locked until the transaction ends."""
    ids = list(repair.asks.values_list("appointment_id", flat=True))
    locked = {
        one.pk: one
        for one in Appointment.objects.filter(pk__in=ids)
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    }
    asks = list(repair.asks.select_related("to_slot").order_by("pk"))
    for ask in asks:
        ask.appointment = locked[ask.appointment_id]
    return asks


def _moves(plan: SessionPlan, asks: Collection[MoveAsk], now: datetime) -> dict[UUID, int]:
    """Choose which asks to carry out: ask's id -> minute."""
    consents, ask_of = {}, {}
    for ask in asks:
        index = plan.index_of(ask.appointment_id)
        if ask.state == AskState.YES and still_stands(ask) and index is not None:
            consents[index], ask_of[index] = minute_asked_about(plan, ask), ask.pk
    chosen = consented_moves(plan.minutes, consents, plan.seats(now), plan.policy)
    return {ask_of[index]: minute for index, minute in chosen.items()}


def _move(
    ask: MoveAsk,
    slot: SlotSeats,
    *,
    moves: Mapping[UUID, int],
    plan: SessionPlan,
    now: datetime,
) -> None:
    appointment = ask.appointment
    minute = moves[ask.pk]
    # Of those who move to one time, each in the order of their asks gets the next free seat.
    before = sum(other == minute and pk < ask.pk for pk, other in moves.items())
    appointment.slot = ask.to_slot
    appointment.seat = plan.slots[minute].free[before]
    appointment.date = oslo_date(slot.starts_at)
    appointment.sequence += 1
    appointment.moved_at = now
    changed = Appointment.objects.filter(
        pk=appointment.pk, status=Status.BOOKED, slot_id=ask.from_slot_id
    ).update(
        slot=appointment.slot,
        seat=appointment.seat,
        date=appointment.date,
        sequence=appointment.sequence,
        moved_at=appointment.moved_at,
    )
    assert changed, "the row is locked and was looked at"
    messages.changed(appointment, now=now)
    record(
        action="appointment.moved",
        by=Actor.system(),
        now=now,
        patient_id=appointment.patient_id,
        object_id=appointment.pk,
        reason="repair",
    )


def _settle(
    asks: Collection[MoveAsk], moves: Mapping[UUID, int], *, clinic_id: int, now: datetime
) -> None:
    ends: dict[AskState, list[MoveAsk]] = {}
    for ask in asks:
        if ask.pk in moves:
            ends.setdefault(AskState.MOVED, []).append(ask)
        elif ask.state in {AskState.ASKED, AskState.YES} and not still_stands(ask):
            ends.setdefault(AskState.WITHDRAWN, []).append(ask)
        elif ask.state == AskState.YES:
            ends.setdefault(AskState.KEPT, []).append(ask)
        elif ask.state == AskState.ASKED:
            ends.setdefault(AskState.LAPSED, []).append(ask)
    for state, those in ends.items():
        MoveAsk.objects.filter(pk__in=[one.pk for one in those]).update(state=state.value)
    tell("move_kept", ends.get(AskState.KEPT, []), clinic_id=clinic_id, now=now)
