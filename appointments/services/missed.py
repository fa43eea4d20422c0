"""Closes bookings that nobody came to, so that they do not stand in the way of a new one."""

from datetime import datetime
from uuid import UUID

from appointments.domain.status import Move, Status
from appointments.models import Appointment
from appointments.services.moves import ChangedMeanwhileError, move
from audit.domain import Actor
from audit.services import record
from patients.selectors import same_person


def note_missed(*, patient_id: UUID, dose_number: int, now: datetime) -> int:
    """Note as missed what a patient had booked for a dose in a session that is over.

    Returns how many. Call it in the transaction that books anew.
    """
    forgotten = Appointment.objects.filter(
        patient__in=same_person(patient_id),
        dose_number=dose_number,
        status=Status.BOOKED,
        slot__session__ends_at__lte=now,
    )
    noted = 0
    for appointment in forgotten:
        try:
            move(appointment, Move.MISS, ended_at=now)
        except ChangedMeanwhileError:
            continue
        noted += 1
        record(
            action="appointment.missed",
            by=Actor.system(),
            now=now,
            patient_id=appointment.patient_id,
            object_id=appointment.pk,
        )
    return noted
