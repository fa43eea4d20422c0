"""Checks a person in with their ID, corrects what the ID shows, and takes it back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.status import Move, Status
from appointments.models import Appointment
from appointments.services.day import check_in, undo_check_in
from appointments.services.moves import move
from appointments.services.taking_back import arrive_after_all
from audit.domain import Actor
from audit.services import record
from care.services.vaccination import asked_today, decision_booked, waiting, withdraw_older_case
from patients.services.identity import Shown, check_identity, undo_identity


@transaction.atomic
def arrive(
    *, appointment_id: UUID, document: str, shown: Shown, by: Actor, now: datetime
) -> Appointment:
    """Check a person in: their ID of this kind was seen, and is who they are (R37).

    Also somebody who was noted as missing, and came after all. Of two at once, one checks in.
    Raises NotTodayError, MoveNotAllowedError, ChangedMeanwhileError, AlreadyBookedError,
    InvalidIdNumberError, IdentityTakenError; then nothing has changed.
    """
    missed = Appointment.objects.filter(pk=appointment_id, status=Status.NO_SHOW).exists()
    comes = arrive_after_all if missed else check_in
    appointment = comes(appointment_id=appointment_id, by=by, now=now)
    assert appointment.patient_id is not None
    check_identity(
        patient_id=appointment.patient_id,
        visit_id=appointment.pk,
        document=document,
        shown=shown,
        by=by,
        now=now,
    )
    return appointment


@transaction.atomic
def correct_arrived(
    *, appointment_id: UUID, document: str, shown: Shown, by: Actor, now: datetime
) -> bool:
    """Correct who somebody is who has arrived; tell whether today's questions must be asked again.

    They must when the birth date is another: age decides (R26). Raises ChangedMeanwhileError when
    the person does not wait any more, and as ``arrive``.
    """
    appointment = waiting(appointment_id)
    assert appointment.patient_id is not None
    born_before = appointment.patient.kept.birth_date if appointment.patient else None
    check_identity(
        patient_id=appointment.patient_id,
        visit_id=appointment.pk,
        document=document,
        shown=shown,
        by=by,
        now=now,
    )
    if shown.birth_date == born_before or not asked_today(appointment.decision, now):
        return False
    _forget_answers(appointment, by=by, now=now)
    return True


@transaction.atomic
def undo_arrival(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Take back a check-in: the person is expected again, as before they came.

    Whoever came without a time is expected at none, so theirs is cancelled.

    Today's answers do not count, and what the ID corrected or confirmed is taken back too: it may
    have been somebody else who came and answered.
    Raises NotTodayError, MoveNotAllowedError, ChangedMeanwhileError.
    """
    came_with = decision_booked(Appointment.objects.get(pk=appointment_id), now)
    appointment = undo_check_in(appointment_id=appointment_id, by=by, now=now)
    appointment.decision = came_with
    appointment.save(update_fields=["decision"])
    withdraw_older_case(appointment, by=by, now=now)
    undo_identity(visit_id=appointment.pk, by=by, now=now)
    if appointment.walk_in:
        move(appointment, Move.CANCEL, ended_at=now)
        record(
            action="appointment.cancelled",
            by=by,
            now=now,
            patient_id=appointment.patient_id,
            object_id=appointment.pk,
        )
    return appointment


def _forget_answers(appointment: Appointment, *, by: Actor, now: datetime) -> None:
    appointment.decision = decision_booked(appointment, now)
    appointment.save(update_fields=["decision"])
    withdraw_older_case(appointment, by=by, now=now)
