"""Writes the messages of an appointment to the outbox, in the caller's transaction."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from appointments.models import Appointment, Slot
from notifications.services.outbox import channels_of, queue
from patients.models import Patient

REMIND_BEFORE = timedelta(hours=48)


class Announce(Protocol):
    """Tells the patient about an appointment."""

    def __call__(self, appointment: Appointment, *, now: datetime) -> None: ...


def start_occasion(appointment: Appointment) -> str:
    """Return the start that a reminder reminds of, as its occasion."""
    return appointment.slot.starts_at.astimezone(UTC).strftime("%Y%m%dT%H%MZ")


def booked(appointment: Appointment, *, now: datetime) -> None:
    """Confirm a booking, and remind of it in time."""
    _tell("booked", appointment, now=now)


def next_booked(appointment: Appointment, *, now: datetime) -> None:
    """Tell of the place that was found for dose 2, and remind of it in time."""
    _tell("next_booked", appointment, now=now)


def changed(appointment: Appointment, *, now: datetime) -> None:
    """Tell of a new time, and remind of that one."""
    _tell("changed", appointment, now=now)


def cancelled(appointment: Appointment, *, now: datetime) -> None:
    """Confirm a cancellation."""
    _tell("cancelled", appointment, now=now, remind=False)


def _tell(kind: str, appointment: Appointment, *, now: datetime, remind: bool = True) -> None:
    """Queue a message for now and, unless the booking is younger than that, for 48 hours before."""
    assert appointment.patient_id is not None, "only a booking has someone to tell"
    contact_by = Patient.objects.values_list("contact_by", flat=True).get(pk=appointment.patient_id)
    channels = channels_of(contact_by)
    clinic_id = Slot.objects.values_list("session__clinic_id", flat=True).get(
        pk=appointment.slot_id
    )
    queue(
        kind=kind,
        subject_id=appointment.pk,
        occasion=str(appointment.sequence),
        due_at=now,
        channels=channels,
        now=now,
        clinic_id=clinic_id,
    )
    remind_at = appointment.slot.starts_at - REMIND_BEFORE
    if remind and remind_at > now:
        queue(
            kind="reminder",
            subject_id=appointment.pk,
            occasion=start_occasion(appointment),
            due_at=remind_at,
            channels=channels,
            now=now,
            clinic_id=clinic_id,
        )
