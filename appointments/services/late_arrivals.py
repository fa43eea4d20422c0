"""Notes that a person came at an earlier moment: entered from paper, after the network was gone."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from appointments.domain.status import Move, Status
from appointments.locks import lock_session
from appointments.models import Appointment
from appointments.services.booking import AlreadyBookedError
from appointments.services.moves import move
from appointments.services.taking_back import without_taken_seat
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date


class NotOfThatDayError(Exception):
    """The moment lies on another day than the appointment, or has not been yet."""


def check_in_late(
    *, appointment_id: UUID, came_at: datetime, by: Actor, now: datetime
) -> Appointment:
    """Note that a person came, with valid ID seen, at ``came_at``; also after "did not come".

    What happened is recorded, also when the day is ended. Nothing changes for somebody who is here
    already. Where the seat of a missed person was given to somebody else, they had what was left
    over, as on standby; then no row may be locked before this.
    Raises NotOfThatDayError, MoveNotAllowedError, ChangedMeanwhileError, AlreadyBookedError (with
    another appointment since).
    """
    appointment = Appointment.objects.select_related("slot__session").get(pk=appointment_id)
    refuse_other_days(appointment, came_at, now=now)
    if appointment.status == Status.ARRIVED:
        return appointment
    missed = appointment.status == Status.NO_SHOW
    try:
        with transaction.atomic():
            seat = without_taken_seat(appointment) if missed else {}
            move(
                appointment,
                Move.ARRIVE_AFTER_ALL if missed else Move.CHECK_IN,
                arrived_at=came_at,
                id_seen_by_id=int(by.id),
                ended_at=None,
                **seat,
            )
            record(
                action="appointment.arrived_late",
                by=by,
                now=now,
                patient_id=appointment.patient_id,
                object_id=appointment.pk,
            )
    except IntegrityError as error:
        raise AlreadyBookedError from error
    return appointment


def hold_day_of(appointment_id: UUID) -> None:
    """Lock the session of a visit, until the transaction ends, before any row of it.

    Whoever ends the day, or gives a seat of it away, takes turns with the caller.
    """
    lock_session(
        Appointment.objects.values_list("slot__session_id", flat=True).get(pk=appointment_id)
    )


def refuse_other_days(appointment: Appointment, moment: datetime, *, now: datetime) -> None:
    """Raise NotOfThatDayError unless a moment is of an appointment's day and not to come."""
    session = appointment.slot.session
    on_the_day = oslo_date(moment) == session.date or session.starts_at <= moment <= session.ends_at
    if not on_the_day or moment > now:
        raise NotOfThatDayError
