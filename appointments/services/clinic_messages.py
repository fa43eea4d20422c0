"""Tells people that the clinic moved or cancelled their time: many at once, in one statement."""

from collections.abc import Iterable
from datetime import datetime

from appointments.models import Appointment
from appointments.services.messages import reminders
from notifications.services.outbox import Wanted, channels_of, queue_all

MOVED_BY_CLINIC = "moved_by_clinic"
CANCELLED_BY_CLINIC = "cancelled_by_clinic"


def moved_by_clinic(appointments: Iterable[Appointment], *, clinic_id: int, now: datetime) -> None:
    """Tell people of the times they have now, and remind of those in time."""
    wanted = []
    for one in appointments:
        wanted.append(_news(MOVED_BY_CLINIC, one, clinic_id=clinic_id, now=now))
        wanted += reminders(one, channels=_channels(one), clinic_id=clinic_id, now=now)
    queue_all(wanted, now=now)


def cancelled_by_clinic(
    appointments: Iterable[Appointment], *, clinic_id: int, now: datetime
) -> None:
    """Tell people that their time is cancelled, and how to get another."""
    wanted = [_news(CANCELLED_BY_CLINIC, one, clinic_id=clinic_id, now=now) for one in appointments]
    queue_all(wanted, now=now)


def _news(kind: str, appointment: Appointment, *, clinic_id: int, now: datetime) -> Wanted:
    return Wanted(
        kind=kind,
        subject_id=appointment.pk,
        occasion=str(appointment.sequence),
        due_at=now,
        channels=_channels(appointment),
        clinic_id=clinic_id,
    )


def _channels(appointment: Appointment) -> list[str]:
    assert appointment.patient is not None, "only a booking has someone to tell"
    return channels_of(appointment.patient.kept.contact_by)
