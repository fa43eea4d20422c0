"""What the message about a delay is written with: for those who get it, and for a look ahead."""

from datetime import timedelta
from typing import Any

from appointments.models import Appointment


def late_words(appointment: Appointment, *, minutes: int, link: str) -> dict[str, Any]:
    """Return what the message is written with; ``slot``, clinic and patient must be read."""
    starts_at, patient = appointment.slot.starts_at, appointment.patient
    return {
        "starts_at": starts_at,
        "instead_at": starts_at + timedelta(minutes=minutes),
        "minutes": minutes,
        "clinic": appointment.slot.session.clinic,
        "link": link,
        # The words then say when, never where: neither the place nor its telephone number.
        "protected": patient is not None and patient.is_protected,
    }
