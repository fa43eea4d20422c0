"""Gives a person who came and cannot have the dose today another day."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.status import ENDED_WITHOUT_DOSE, Move, Status
from appointments.models import Appointment
from appointments.services.booking import book
from appointments.services.day import turn_away
from appointments.services.moves import ChangedMeanwhileError, move
from audit.domain import Actor
from audit.services import record


def postpone(
    *,
    appointment_id: UUID,
    slot_id: UUID,
    decision_id: UUID,
    route: str,
    dose_number: int,
    not_before: date,
    reason: str,
    by: Actor,
    now: datetime,
) -> Appointment:
    """End today's visit and book another day, both or neither; return the new appointment.

    The seat and its share of a vial are free at the same moment. Somebody whose visit ended
    before, and who waits to be called, gets the new time alone. Raises SlotUnavailableError,
    TooEarlyError, AlreadyBookedError, ChangedMeanwhileError, NotTodayError.
    """
    patient_id = Appointment.objects.values_list("patient_id", flat=True).get(pk=appointment_id)
    assert patient_id is not None, "only a person who was booked comes"
    return book(
        patient_id=patient_id,
        decision_id=decision_id,
        slot_id=slot_id,
        route=route,
        dose_number=dose_number,
        not_before=not_before,
        by=by,
        now=now,
        # Under the lock of the new session: rebooking, too, takes the session before the row.
        beforehand=lambda: _end_today(appointment_id, reason=reason, by=by, now=now),
    )


def _end_today(appointment_id: UUID, *, reason: str, by: Actor, now: datetime) -> None:
    status = Appointment.objects.values_list("status", flat=True).get(pk=appointment_id)
    if status == Status.ARRIVED:
        turn_away(appointment_id=appointment_id, reason=reason, by=by, now=now)
    elif status not in ENDED_WITHOUT_DOSE:
        raise ChangedMeanwhileError(status)


def decline(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Note that a person does not want the dose: at the visit, or when called afterwards.

    Raises MoveNotAllowedError, ChangedMeanwhileError.
    """
    appointment = Appointment.objects.get(pk=appointment_id)
    with transaction.atomic():
        move(appointment, Move.DECLINE, ended_at=now, call_back=False)
        record(
            action="appointment.declined",
            by=by,
            now=now,
            patient_id=appointment.patient_id,
            object_id=appointment.pk,
        )
    return appointment
