"""The calendar entry of an appointment: a time and a place, nothing about why.

RFC 5545 says what an entry is, RFC 5546 how it is sent: ``PUBLISH`` has an organizer and no
attendees, so no calendar asks the person for an answer; ``CANCEL`` with the same UID and a higher
SEQUENCE takes it away.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from appointments.domain.status import Status
from appointments.models import Appointment

PRODUCT = "-//Timebestilling//NO"


def calendar_file(appointment: Appointment) -> bytes:
    """Return the appointment as an iCalendar file, UTF-8, in the active language.

    The same appointment gives the same bytes whenever it is asked for.
    """
    calendar = calendar_of([appointment])
    calendar.add("method", method_of(appointment))
    content: bytes = calendar.to_ical()
    return content


def calendar_type(appointment: Appointment) -> str:
    """Return the media type of its file; RFC 6047 wants the method there too."""
    return f"text/calendar; method={method_of(appointment)}"


def method_of(appointment: Appointment) -> str:
    """Return what the file does in a calendar: PUBLISH or CANCEL."""
    return "CANCEL" if appointment.status == Status.CANCELLED else "PUBLISH"


def calendar_of(appointments: Iterable[Appointment]) -> Calendar:
    """Make a calendar of appointments, without a method."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for appointment in appointments:
        calendar.add_component(_event(appointment))
    return calendar


def _event(appointment: Appointment) -> Event:
    """Make the entry; calendars are shared: a protected address is not told where.

    A moved appointment keeps its UID with a higher SEQUENCE; one that was cancelled never comes
    back (taken back, it is another row). Times are in UTC: the hour that comes twice in autumn is
    told apart, and no calendar needs our rules of summer time.
    """
    session = appointment.slot.session
    clinic = session.clinic
    cancelled = appointment.status == Status.CANCELLED
    changed_at = _changed_at(appointment)
    event = Event()
    event.add("uid", f"{appointment.pk}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("sequence", appointment.sequence + (1 if cancelled else 0))
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", appointment.slot.starts_at.astimezone(UTC))
    ends_at = appointment.slot.starts_at + timedelta(minutes=session.slot_minutes)
    event.add("dtend", ends_at.astimezone(UTC))
    event.add("summary", _("Timen din"))
    if appointment.patient is None or not appointment.patient.is_protected:
        event.add(
            "location",
            f"{clinic.discreet_name}, {clinic.street}, {clinic.postal_code} {clinic.city}",
        )
    event.add("organizer", _organizer())
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def _organizer() -> vCalAddress:
    """Return the neutral sender of all messages."""
    name, address = parseaddr(str(settings.DEFAULT_FROM_EMAIL))
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = name or address
    return organizer


def _changed_at(appointment: Appointment) -> datetime:
    """Return when it was last booked, moved or cancelled: whole seconds, UTC."""
    cancelled_at = appointment.ended_at if appointment.status == Status.CANCELLED else None
    changed_at = cancelled_at or appointment.moved_at or appointment.booked_at
    # A hold has no file; a row from before the times were kept has at least its start.
    return (changed_at or appointment.slot.starts_at).astimezone(UTC).replace(microsecond=0)
