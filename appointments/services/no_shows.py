"""Notes who did not come: one, or all who are late when the day is nearly over."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.status import Move, Status, target
from appointments.models import Appointment, ClinicSession
from appointments.selectors.lateness import expected_at, with_come_by
from appointments.services import visit_messages
from appointments.services.day import NotTodayError
from audit.domain import Actor
from audit.services import record_many


def note_no_shows(
    *, session_id: UUID, appointment_ids: Collection[UUID], by: Actor, now: datetime
) -> list[Appointment]:
    """Note that people did not come; return those that this concerned.

    Whoever has come meanwhile, or whose time is not yet, is left as they are: the seat of a time to
    come could be taken by others. Nothing else changes; they can be taken back the same day.
    A place for dose 2 stays for two days (``services.following``). Also on a later day, when the
    day is ended late. Raises NotTodayError before the day has begun.
    """
    session = ClinicSession.objects.get(pk=session_id)
    if now < session.starts_at:
        raise NotTodayError
    goal = target(Move.MISS, Status.BOOKED)
    with transaction.atomic():
        chosen = Appointment.objects.filter(
            pk__in=appointment_ids, slot__session=session, status=Status.BOOKED
        )
        found = list(
            with_come_by(chosen)
            .select_related("slot", "patient__merged_into")
            .select_for_update(of=("self",), no_key=True)
            .order_by("pk")
        )
        late = [one for one in found if expected_at(one, session) <= now]
        Appointment.objects.filter(pk__in=[one.pk for one in late]).update(
            status=goal, ended_at=now
        )
        if late:
            visit_messages.missed(late, clinic_id=session.clinic_id, now=now)
            record_many(
                action="appointment.missed",
                by=by,
                now=now,
                patients={one.patient_id: one.pk for one in late},
            )
    return late
