"""Takes back, the same day, that a visit came to nothing: marked by mistake, or come after all."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from appointments.domain.status import OCCUPYING, Move, Status
from appointments.locks import lock_session
from appointments.models import Appointment
from appointments.services.booking import AlreadyBookedError
from appointments.services.day import of_today, refuse_if_ended
from appointments.services.moves import ChangedMeanwhileError, move
from appointments.services.standby_withdrawals import withdraw_soon
from audit.domain import Actor
from audit.services import record


def expect_again(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Expect somebody again who was noted as missing by mistake.

    Raises NotTodayError (DayEndedError), MoveNotAllowedError, ChangedMeanwhileError,
    AlreadyBookedError.
    """
    with transaction.atomic():
        appointment = _back(appointment_id, Move.UNDO_MISS, now=now)
        _record("appointment.expected_again", appointment, by=by, now=now)
    return appointment


def arrive_after_all(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Check in somebody who was noted as missing, and whose valid ID was seen (R37).

    Raises NotTodayError (DayEndedError), MoveNotAllowedError, ChangedMeanwhileError,
    AlreadyBookedError.
    """
    with transaction.atomic():
        status = Appointment.objects.values_list("status", flat=True).get(pk=appointment_id)
        if status != Status.NO_SHOW:
            raise ChangedMeanwhileError(status)
        appointment = _back(
            appointment_id,
            Move.ARRIVE_AFTER_ALL,
            now=now,
            arrived_at=now,
            id_seen_by_id=int(by.id),
        )
        _record("appointment.arrived", appointment, by=by, now=now)
    return appointment


def take_back_end(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Let a visit that ended without a dose go on: the person waits again, since they came.

    Raises NotTodayError (DayEndedError), MoveNotAllowedError, ChangedMeanwhileError,
    AlreadyBookedError.
    """
    with transaction.atomic():
        status = Appointment.objects.values_list("status", flat=True).get(pk=appointment_id)
        if status == Status.NO_SHOW:  # nobody has seen their ID
            raise ChangedMeanwhileError(status)
        appointment = _back(appointment_id, Move.ARRIVE_AFTER_ALL, now=now)
        _record("appointment.end_undone", appointment, by=by, now=now)
    return appointment


def _back(appointment_id: UUID, by_move: Move, *, now: datetime, **fields: Any) -> Appointment:
    """Make the move under the session's lock: the seat may have been given to somebody else.

    Then the person takes what is left over, as on standby.
    """
    appointment = of_today(appointment_id, now)
    seat = without_taken_seat(appointment)
    try:
        with transaction.atomic():
            move(appointment, by_move, ended_at=None, **fields, **seat)
    except IntegrityError as error:
        raise AlreadyBookedError(appointment.patient_id) from error
    refuse_if_ended(appointment)
    # Those invited meanwhile may have no dose left.
    withdraw_soon(appointment.slot.session_id, now=now)
    return appointment


def without_taken_seat(appointment: Appointment) -> dict[str, Any]:
    """Return what a visit that goes on changes where its seat was given away: it has none.

    Locks the session, until the transaction ends.
    """
    lock_session(appointment.slot.session_id)
    taken = Appointment.objects.filter(
        slot=appointment.slot_id, seat=appointment.seat, status__in=OCCUPYING, standby=False
    )
    if appointment.standby or not taken.exists():
        return {}
    return {"seat": None, "standby": True}


def _record(action: str, appointment: Appointment, *, by: Actor, now: datetime) -> None:
    record(
        action=action,
        by=by,
        now=now,
        patient_id=appointment.patient_id,
        object_id=appointment.pk,
    )
