"""Writes the messages of an appointment to the outbox, in the caller's transaction."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from django.db.models import Model

from appointments.models import Appointment, Slot
from notifications.services.outbox import Wanted, channels_of, queue_all
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


def next_changed(appointment: Appointment, *, now: datetime) -> None:
    """Tell of a new time for the next appointment, because the one before it changed."""
    _tell("next_changed", appointment, now=now)


def next_dropped(appointment: Appointment, *, now: datetime) -> None:
    """Tell that the next appointment is gone, because the one before it changed."""
    _tell("next_dropped", appointment, now=now, remind=False)


def _tell(kind: str, appointment: Appointment, *, now: datetime, remind: bool = True) -> None:
    """Queue a message for now and, unless the booking is younger than that, for 48 hours before."""
    channels = channels_of(_contact_by(appointment))
    clinic_id = _clinic_of(appointment)
    occasion = str(appointment.sequence)
    wanted = [Wanted(kind, appointment.pk, occasion, now, channels, clinic_id)]
    remind_at = appointment.slot.starts_at - REMIND_BEFORE
    if remind and remind_at > now:
        occasion = start_occasion(appointment)
        wanted.append(Wanted("reminder", appointment.pk, occasion, remind_at, channels, clinic_id))
    queue_all(wanted, now=now)


def _contact_by(appointment: Appointment) -> str:
    """Return how the patient is reached; no query where the patient is loaded."""
    assert appointment.patient_id is not None, "only a booking has someone to tell"
    if _is_loaded(appointment, "patient") and appointment.patient is not None:
        return appointment.patient.contact_by
    return Patient.objects.values_list("contact_by", flat=True).get(pk=appointment.patient_id)


def _clinic_of(appointment: Appointment) -> int:
    """Return the clinic; no query where slot and session are loaded."""
    if _is_loaded(appointment, "slot") and _is_loaded(appointment.slot, "session"):
        return appointment.slot.session.clinic_id
    clinics = Slot.objects.values_list("session__clinic_id", flat=True)
    return clinics.get(pk=appointment.slot_id)


def _is_loaded(row: Model, relation: str) -> bool:
    return relation in row._state.fields_cache  # noqa: SLF001 - Django has no public way to ask
