"""Takes back a check-in, with what was done since."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.models import Appointment
from appointments.services.day import undo_check_in
from audit.domain import Actor
from care.services.vaccination import decision_booked, withdraw_older_case


@transaction.atomic
def undo_arrival(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Take back a check-in: the person is expected again, and today's answers do not count.

    It may have been somebody else who came and answered.
    Raises NotTodayError, MoveNotAllowedError, ChangedMeanwhileError.
    """
    came_with = decision_booked(Appointment.objects.get(pk=appointment_id), now)
    appointment = undo_check_in(appointment_id=appointment_id, by=by, now=now)
    appointment.decision = came_with
    appointment.save(update_fields=["decision"])
    withdraw_older_case(appointment, by=by, now=now)
    return appointment
