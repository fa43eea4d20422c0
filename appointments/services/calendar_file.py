"""The calendar entry of an appointment: a time and a place, nothing about why."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from appointments.domain.status import Status
from appointments.models import Appointment


def calendar_file(appointment: Appointment, *, now: datetime) -> bytes:
    """Return the appointment as an iCalendar file (RFC 5545), UTF-8, in the active language.

    A moved appointment keeps its UID with a higher SEQUENCE; a cancelled one is a cancellation.
    Calendars are shared: that of somebody with a protected address does not say where.
    """
    session = appointment.slot.session
    clinic = session.clinic
    cancelled = appointment.status == Status.CANCELLED
    event = Event()
    event.add("uid", f"{appointment.pk}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("sequence", appointment.sequence + (1 if cancelled else 0))
    event.add("dtstamp", now)
    event.add("dtstart", appointment.slot.starts_at)
    event.add("dtend", appointment.slot.starts_at + timedelta(minutes=session.slot_minutes))
    event.add("summary", _("Timen din"))
    if appointment.patient is None or not appointment.patient.protected_address:
        event.add(
            "location",
            f"{clinic.discreet_name}, {clinic.street}, {clinic.postal_code} {clinic.city}",
        )
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//Timebestilling//NO")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
