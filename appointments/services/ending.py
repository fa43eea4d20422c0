"""Ends a visit without a dose for a reason that somebody says, not the questions."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.endings import MOVE_OF, EndReason
from appointments.domain.status import Move
from appointments.models import Appointment
from appointments.services.day import begun
from appointments.services.moves import move
from audit.domain import Actor
from audit.services import record

_ACTIONS = {
    Move.TURN_AWAY: "appointment.turned_away",
    Move.LEAVE: "appointment.left",
    Move.DECLINE: "appointment.declined",
}


def end_without_dose(
    *,
    appointment_id: UUID,
    reason: EndReason,
    note: str,
    call_back: bool,
    by: Actor,
    now: datetime,
) -> Appointment:
    """Note that a person who came was turned away, left or declined, as the reason has it.

    ``call_back`` puts them on the list of those to be called about another time. Also on a later
    day, when the day is ended late.
    Raises NotTodayError, MoveNotAllowedError, ChangedMeanwhileError.
    """
    by_move = MOVE_OF[reason]
    appointment = begun(appointment_id, now)
    with transaction.atomic():
        move(
            appointment,
            by_move,
            ended_at=now,
            end_reason=reason.value,
            end_note=note,
            call_back=call_back,
        )
        record(
            action=_ACTIONS[by_move],
            by=by,
            now=now,
            patient_id=appointment.patient_id,
            object_id=appointment.pk,
            reason=reason.value,
        )
    return appointment
