"""Says that a day runs late, to those who are still at home, and that it is on time again."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from appointments.locks import lock_session
from appointments.models import Appointment, ClinicSession
from appointments.selectors.closing import is_ended
from appointments.selectors.day import is_under_way
from appointments.selectors.lateness import to_tell
from appointments.services.day import DayEndedError, NotTodayError
from appointments.services.messages import late_occasion
from audit.domain import Actor
from audit.services import record
from notifications.services.outbox import Wanted, channels_of, queue_all


def say_late(*, session_id: UUID, minutes: int, by: Actor, now: datetime) -> list[Appointment]:
    """Let a day be so many minutes late; return whom a message was queued for.

    Said again with the same minutes it changes nothing and tells nobody twice; another number is
    news, and is told anew. Raises NotTodayError (DayEndedError).
    """
    with transaction.atomic():
        session = lock_session(session_id)
        if not is_under_way(session, now) or now > session.ends_at:
            raise NotTodayError
        if is_ended(session.pk):
            raise DayEndedError
        if session.late_minutes == minutes:
            return []
        session.late_minutes, session.late_since = minutes, now
        session.save(update_fields=["late_minutes", "late_since"])
        concerned = to_tell(session, now=now)
        _promise([*concerned.reached, *concerned.to_call], minutes)
        told = list(concerned.reached)
        queue_all([_message(one, session, now=now) for one in told], now=now)
        record(action="session.late", by=by, now=now, object_id=session.pk, reason=f"{minutes} min")
    return told


def say_on_time(*, session_id: UUID, by: Actor, now: datetime) -> bool:
    """Let a day be on time again; messages that have not gone out do not. Tell whether it was late.

    Whoever was told may come that much later all the same.
    """
    with transaction.atomic():
        session = lock_session(session_id)
        if session.late_minutes is None:
            return False
        session.late_minutes = session.late_since = None
        session.save(update_fields=["late_minutes", "late_since"])
        record(action="session.on_time", by=by, now=now, object_id=session.pk)
    return True


def _promise(concerned: list[Appointment], minutes: int) -> None:
    """Note the later time on each, so that it holds whatever the day says afterwards."""
    for one in concerned:
        one.told_time_of = one.slot.starts_at
        one.told_time = one.slot.starts_at + timedelta(minutes=minutes)
    Appointment.objects.bulk_update(concerned, ["told_time", "told_time_of"])


def _message(appointment: Appointment, session: ClinicSession, *, now: datetime) -> Wanted:
    assert appointment.patient is not None
    return Wanted(
        kind="running_late",
        subject_id=appointment.pk,
        occasion=late_occasion(session),
        due_at=now,
        channels=channels_of(appointment.patient.kept.contact_by),
        clinic_id=session.clinic_id,
    )
