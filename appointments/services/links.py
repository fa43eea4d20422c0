"""The link in a message that opens an appointment."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from appointments.models import Appointment
from patients.services.links import mint

APPOINTMENT_LINK = "appointment"
# It opens until the day after, for those who are late or want the address again.
LASTS_AFTER = timedelta(days=1)


def appointment_url(appointment: Appointment, *, now: datetime) -> str:
    """Mint a link to an appointment; only its hash is kept."""
    token = mint(
        purpose=APPOINTMENT_LINK,
        subject_id=appointment.pk,
        expires_at=appointment.slot.starts_at + LASTS_AFTER,
        now=now,
    )
    return settings.PUBLIC_URL + reverse("appointments:link", args=[token])
