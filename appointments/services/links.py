"""The link in a message that opens an appointment."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from appointments.models import Appointment
from patients.services.links import Key, mint_urls

APPOINTMENT_LINK = "appointment"
# It opens until the day after, for those who are late or want the address again.
LASTS_AFTER = timedelta(days=1)


def appointment_urls(
    appointments: Mapping[Key, Appointment], *, now: datetime, lasts: timedelta = timedelta()
) -> dict[Key, str]:
    """Mint a link to each appointment, all in one statement; only their hashes are kept.

    They last so long from now, and in any case until the day after the appointment.
    """
    wanted = {
        key: (one.pk, max(one.slot.starts_at + LASTS_AFTER, now + lasts))
        for key, one in appointments.items()
    }
    return mint_urls(purpose=APPOINTMENT_LINK, view="appointments:link", wanted=wanted, now=now)


def appointment_url(
    appointment: Appointment, *, now: datetime, lasts: timedelta = timedelta()
) -> str:
    """Mint a link to one appointment; for many at once there is ``appointment_urls``."""
    return appointment_urls({appointment.pk: appointment}, now=now, lasts=lasts)[appointment.pk]


def find_url() -> str:
    """Return the address where a person finds their own page by a code; it says nothing itself."""
    return settings.PUBLIC_URL + reverse("appointments:find")
