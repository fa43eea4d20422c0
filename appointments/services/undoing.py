"""Takes a cancellation back, for as long as the time is free."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment
from appointments.services.booking import AlreadyBookedError, TooEarlyError, book
from appointments.services.following import first_day_of
from appointments.services.seats import SlotUnavailableError
from audit.domain import Actor
from patients.selectors import same_person

UNDO_FOR = timedelta(minutes=15)


class TooLateToUndoError(Exception):
    """It was cancelled too long ago, or is not cancelled."""


def can_be_undone(appointment: Appointment, *, now: datetime) -> bool:
    """Tell whether a cancellation is so young that it may be taken back, if the time is free.

    A standby person's place is no time: they are back in line.
    """
    return (
        appointment.status == Status.CANCELLED
        and not appointment.standby
        and appointment.ended_at is not None
        and now - appointment.ended_at < UNDO_FOR
        and appointment.slot.starts_at > now
    )


def undo_cancel(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Book a cancelled time again, and what was cancelled for the next dose with it.

    A new appointment, with its own messages: the seat was free meanwhile. The next dose's time is
    left out where somebody else has it. Raises TooLateToUndoError, SlotUnavailableError,
    TooEarlyError, AlreadyBookedError (DoseGivenError).
    """
    cancelled = Appointment.objects.select_related("slot").get(pk=appointment_id)
    if not can_be_undone(cancelled, now=now):
        raise TooLateToUndoError
    has_one = Appointment.objects.filter(
        patient__in=same_person(cancelled.patient_id),
        dose_number=cancelled.dose_number,
        status__in=ACTIVE,
    )
    if has_one.exists():  # pressed twice, or booked anew since
        raise AlreadyBookedError
    again = _again(cancelled, by=by, now=now)
    with_it = Appointment.objects.filter(
        patient__in=same_person(cancelled.patient_id),
        dose_number=cancelled.dose_number + 1,
        status=Status.CANCELLED,
        ended_at=cancelled.ended_at,
    ).first()
    if with_it is not None:
        with suppress(SlotUnavailableError, TooEarlyError, AlreadyBookedError):
            _again(with_it, by=by, now=now)
    return again


def _again(cancelled: Appointment, *, by: Actor, now: datetime) -> Appointment:
    assert cancelled.patient_id is not None
    assert cancelled.decision_id is not None
    return book(
        patient_id=cancelled.patient_id,
        decision_id=cancelled.decision_id,
        slot_id=cancelled.slot_id,
        route=cancelled.route,
        dose_number=cancelled.dose_number,
        not_before=first_day_of(cancelled),
        by=by,
        now=now,
    )
