"""Writes the messages of an appointment to the outbox, in the caller's transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from django.db.models import Model

from appointments.domain.reminding import reminders_of
from appointments.models import Appointment, ClinicSession, Slot
from notifications.services.outbox import Wanted, channels_of, queue_all
from patients.selectors import contact_by_of


class Announce(Protocol):
    """Tells the patient about an appointment."""

    def __call__(self, appointment: Appointment, *, now: datetime) -> None: ...


def start_occasion(appointment: Appointment) -> str:
    """Return the start that a reminder reminds of, as its occasion."""
    return appointment.slot.starts_at.astimezone(UTC).strftime("%Y%m%dT%H%MZ")


def reminders(
    appointment: Appointment, *, channels: Sequence[str], clinic_id: int, now: datetime
) -> list[Wanted]:
    """Return what reminds of an appointment's time, but for what was due before ``now``."""
    occasion = start_occasion(appointment)
    return [
        Wanted(kind, appointment.pk, occasion, due_at, channels, clinic_id)
        for kind, due_at in reminders_of(appointment.slot.starts_at, now=now)
    ]


def late_occasion(session: ClinicSession) -> str:
    """Return the delay that a message tells of, as its occasion; "" for none."""
    if session.late_since is None:
        return ""
    return f"{session.late_minutes}:{session.late_since.astimezone(UTC):%Y%m%dT%H%M%S}"


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
    """Queue a message for now and, unless the booking is younger than they are, the reminders."""
    channels = channels_of(_contact_by(appointment))
    clinic_id = _clinic_of(appointment)
    occasion = str(appointment.sequence)
    wanted = [Wanted(kind, appointment.pk, occasion, now, channels, clinic_id)]
    if remind:
        wanted += reminders(appointment, channels=channels, clinic_id=clinic_id, now=now)
    queue_all(wanted, now=now)


def _contact_by(appointment: Appointment) -> str:
    """Return how the patient is reached; no query where the patient is loaded."""
    assert appointment.patient_id is not None, "only a booking has someone to tell"
    if _is_loaded(appointment, "patient") and appointment.patient is not None:
        return appointment.patient.kept.contact_by
    return contact_by_of(appointment.patient_id)


def _clinic_of(appointment: Appointment) -> int:
    """Return the clinic; no query where slot and session are loaded."""
    if _is_loaded(appointment, "slot") and _is_loaded(appointment.slot, "session"):
        return appointment.slot.session.clinic_id
    clinics = Slot.objects.values_list("session__clinic_id", flat=True)
    return clinics.get(pk=appointment.slot_id)


def _is_loaded(row: Model, relation: str) -> bool:
    return relation in row._state.fields_cache  # noqa: SLF001 - Django has no public way to ask
