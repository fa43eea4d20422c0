"""What happens to an appointment on the day: somebody comes, leaves, or is turned away."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.status import Move
from appointments.models import Appointment
from appointments.services.moves import move
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date


class NotTodayError(Exception):
    """The appointment is on another day."""


def check_in(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Note that a person has come and that their valid ID was seen (R37).

    Raises NotTodayError, MoveNotAllowedError, ChangedMeanwhileError.
    """
    appointment = _of_today(appointment_id, now)
    return _apply(
        appointment,
        Move.CHECK_IN,
        "appointment.arrived",
        by=by,
        now=now,
        arrived_at=now,
        id_seen_by_id=int(by.id),
    )


def undo_check_in(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Take back a check-in.

    Raises NotTodayError, MoveNotAllowedError, ChangedMeanwhileError.
    """
    appointment = _of_today(appointment_id, now)
    return _apply(
        appointment,
        Move.UNDO_CHECK_IN,
        "appointment.arrival_undone",
        by=by,
        now=now,
        arrived_at=None,
        id_seen_by_id=None,
    )


def turn_away(*, appointment_id: UUID, reason: str, by: Actor, now: datetime) -> Appointment:
    """Note that a person who came cannot be vaccinated today; ``reason`` is an outcome code.

    Raises NotTodayError, MoveNotAllowedError, ChangedMeanwhileError.
    """
    appointment = _of_today(appointment_id, now)
    return _apply(
        appointment,
        Move.TURN_AWAY,
        "appointment.turned_away",
        by=by,
        now=now,
        reason=reason,
        ended_at=now,
    )


def _of_today(appointment_id: UUID, now: datetime) -> Appointment:
    appointment = Appointment.objects.select_related("slot__session").get(pk=appointment_id)
    session = appointment.slot.session
    # A session that runs past midnight is still the day it began.
    under_way = session.starts_at <= now <= session.ends_at
    if appointment.date != oslo_date(now) and not under_way:
        raise NotTodayError
    return appointment


def _apply(
    appointment: Appointment,
    by_move: Move,
    action: str,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
    **fields: object,
) -> Appointment:
    with transaction.atomic():
        move(appointment, by_move, **fields)
        record(
            action=action,
            by=by,
            now=now,
            patient_id=appointment.patient_id,
            object_id=appointment.pk,
            reason=reason,
        )
    return appointment
