"""What happens to an appointment on the day: somebody comes, leaves, or is turned away."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.status import Move
from appointments.locks import lock_session
from appointments.models import Appointment
from appointments.selectors.closing import is_ended
from appointments.services.moves import move
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date


class NotTodayError(Exception):
    """The appointment is on another day."""


class DayEndedError(NotTodayError):
    """The day is ended: an admin may reopen it."""


def check_in(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Note that a person has come and that their valid ID was seen (R37).

    Raises NotTodayError (DayEndedError), MoveNotAllowedError, ChangedMeanwhileError.
    """
    appointment = of_today(appointment_id, now)
    with transaction.atomic():
        _apply(
            appointment,
            Move.CHECK_IN,
            "appointment.arrived",
            by=by,
            now=now,
            arrived_at=now,
            id_seen_by_id=int(by.id),
        )
        refuse_if_ended(appointment)
    return appointment


def refuse_if_ended(appointment: Appointment) -> None:
    """Raise DayEndedError if the day of somebody who is here again is ended.

    After the move, in its transaction: whoever ends the day holds the rows of its people, so a move
    that had to wait for that sees it.
    """
    if is_ended(appointment.slot.session_id):
        raise DayEndedError


def hold_open(session_id: UUID) -> None:
    """Let nobody end a day until the transaction is over. Raises DayEndedError where it is ended.

    For what changes the account of its vials, and no row of its people.
    """
    lock_session(session_id)
    if is_ended(session_id):
        raise DayEndedError


def undo_check_in(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Take back a check-in.

    Raises NotTodayError, MoveNotAllowedError, ChangedMeanwhileError.
    """
    appointment = of_today(appointment_id, now)
    return _apply(
        appointment,
        Move.UNDO_CHECK_IN,
        "appointment.arrival_undone",
        by=by,
        now=now,
        arrived_at=None,
        fee="",
        id_seen_by_id=None,
        informed_at=None,
        informed_by_id=None,
    )


def turn_away(
    *, appointment_id: UUID, reason: str, by: Actor, now: datetime, call_back: bool = False
) -> Appointment:
    """Note that a person who came cannot be vaccinated today; ``reason`` is an outcome code.

    ``call_back`` puts them on the list of those to be called about another time. Also on a later
    day: somebody may have been left waiting when the board was closed.

    Raises NotTodayError, MoveNotAllowedError, ChangedMeanwhileError.
    """
    appointment = begun(appointment_id, now)
    return _apply(
        appointment,
        Move.TURN_AWAY,
        "appointment.turned_away",
        by=by,
        now=now,
        reason=reason,
        ended_at=now,
        end_reason=reason,
        call_back=call_back,
    )


def of_today(appointment_id: UUID, now: datetime) -> Appointment:
    """Return an appointment of this day, with slot and session. Raises NotTodayError."""
    appointment = Appointment.objects.select_related("slot__session").get(pk=appointment_id)
    if not is_of_today(appointment, now):
        raise NotTodayError
    return appointment


def begun(appointment_id: UUID, now: datetime) -> Appointment:
    """Return an appointment whose day is today or past, with slot and session.

    What is over can still be said to have ended. Raises NotTodayError before that day.
    """
    appointment = Appointment.objects.select_related("slot__session").get(pk=appointment_id)
    if not is_of_today(appointment, now) and now < appointment.slot.session.starts_at:
        raise NotTodayError
    return appointment


def is_of_today(appointment: Appointment, now: datetime) -> bool:
    """Tell whether an appointment is on this day; one past midnight is on the day it began."""
    session = appointment.slot.session
    under_way = session.starts_at <= now <= session.ends_at
    return appointment.date == oslo_date(now) or under_way


def lasts(appointment: Appointment, now: datetime) -> bool:
    """Tell whether a visit can go on: it is of this day, and nobody has ended the day."""
    return is_of_today(appointment, now) and not is_ended(appointment.slot.session_id)


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
