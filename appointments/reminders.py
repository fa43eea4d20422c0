"""The messages about appointments: when each is still due, what it says, who gets it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from appointments import (
    late_reminders,
    move_reminders,
    next_reminders,
    visit_reminders,
    waiting_reminders,
)
from appointments.domain.reminding import Reminder
from appointments.domain.status import Status
from appointments.models import Appointment, Displaced
from appointments.services.calendar_file import calendar_file, calendar_type
from appointments.services.links import appointment_urls
from appointments.services.messages import start_occasion
from eligibility.models import GroupInterest
from eligibility.services.interests import interest_urls
from notifications.domain.kinds import Attachment
from notifications.domain.recipient import Recipient
from notifications.domain.timing import Timing
from notifications.models import Message
from notifications.services.registry import Kind, register
from patients.selectors import recipients


def _appointments(messages: Sequence[Message]) -> dict[UUID, Appointment]:
    found = Appointment.objects.select_related(
        "slot__session__clinic", "patient__merged_into"
    ).in_bulk([message.subject_id for message in messages])
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}


def _why_not_news(message: Message, appointment: Appointment | None, now: datetime) -> str:
    """Say why a booking, or a new time, needs no telling any more; "" when it does."""
    if appointment is None or appointment.status != Status.BOOKED:
        return "not_booked"
    if message.occasion != str(appointment.sequence):
        return "moved"
    return "begun" if appointment.slot.starts_at <= now else ""


def _why_no_reminder(message: Message, appointment: Appointment | None, now: datetime) -> str:
    if appointment is None or appointment.status != Status.BOOKED:
        return "not_booked"
    if message.occasion != start_occasion(appointment):
        return "moved"
    return "begun" if appointment.slot.starts_at <= now else ""


def _why_no_farewell(_message: Message, appointment: Appointment | None, now: datetime) -> str:
    if appointment is None or appointment.status != Status.CANCELLED:
        return "not_cancelled"
    return "begun" if appointment.slot.starts_at <= now else ""


def _not_due(why_not: Any) -> Any:
    def still_due(messages: Sequence[Message], now: datetime) -> dict[UUID, str]:
        appointments = _appointments(messages)
        reasons = {m.pk: why_not(m, appointments.get(m.pk), now) for m in messages}
        return {message_id: reason for message_id, reason in reasons.items() if reason}

    return still_due


def _context(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    appointments = _appointments(messages)
    links = appointment_urls(appointments, now=now)
    return {
        message_id: {
            "starts_at": appointment.slot.starts_at,
            "clinic": appointment.slot.session.clinic,
            "link": links[message_id],
            # The words then say when, never where: neither the place nor its telephone number.
            "protected": _is_protected(appointment),
            # Who was here before is asked about that visit (R34).
            "again": appointment.dose_number > 1,
        }
        for message_id, appointment in appointments.items()
    }


def _is_protected(appointment: Appointment) -> bool:
    return appointment.patient is not None and appointment.patient.is_protected


def _recipients(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    patient_of = {
        message_id: appointment.patient_id
        for message_id, appointment in _appointments(messages).items()
        if appointment.patient_id
    }
    found = recipients(set(patient_of.values()))
    return {message_id: found[patient] for message_id, patient in patient_of.items()}


def _calendar(messages: Sequence[Message], _now: datetime) -> dict[UUID, list[Attachment]]:
    """Attach the calendar entry, which says where: not for a protected address."""
    return {
        message_id: [_file_of(appointment)]
        for message_id, appointment in _appointments(messages).items()
        if not _is_protected(appointment)
    }


def _file_of(appointment: Appointment) -> Attachment:
    """Write the entry in the language of the person, whatever the worker's is."""
    assert appointment.patient is not None, "only a booking has someone to tell"
    with translation.override(appointment.patient.kept.language):
        content = calendar_file(appointment)
    return Attachment("time.ics", calendar_type(appointment), content)


def _interests(messages: Sequence[Message]) -> dict[UUID, GroupInterest]:
    found = GroupInterest.objects.select_related("clinic").in_bulk(
        [message.subject_id for message in messages]
    )
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}


def _off_the_list(messages: Sequence[Message], _now: datetime) -> dict[UUID, str]:
    waiting = _interests(messages)
    return {
        m.pk: "off_the_list"
        for m in messages
        if m.pk not in waiting or waiting[m.pk].ended_at is not None
    }


def _interest_context(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    interests = _interests(messages)
    links = interest_urls(interests, now=now)
    return {
        message_id: {"clinic": interest.clinic, "link": links[message_id]}
        for message_id, interest in interests.items()
    }


def _interested(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    return {
        message_id: Recipient(
            language=interest.language or "nb",
            phone=_address(interest, "sms"),
            email=_address(interest, "email"),
            contact_by=interest.contact["channel"],
        )
        for message_id, interest in _interests(messages).items()
        if interest.contact
    }


def _address(interest: GroupInterest, channel: str) -> str:
    contact: dict[str, str] = interest.contact
    return contact["address"] if contact["channel"] == channel else ""


def _cannot_wait(messages: Sequence[Message], now: datetime) -> set[UUID]:
    """Find the news of a time that is soon, or was: in the morning it could come too late."""
    appointments = _appointments(messages)
    begins = {pk: [one.slot.starts_at] for pk, one in appointments.items()}
    was_at: dict[UUID, list[datetime]] = {}
    for appointment_id, at in Displaced.objects.filter(
        appointment__in={one.pk for one in appointments.values()}
    ).values_list("appointment_id", "was_at"):
        was_at.setdefault(appointment_id, []).append(at)
    for pk, one in appointments.items():
        begins[pk] += was_at.get(one.pk, [])
    return {pk for pk, times in begins.items() if any(now < at < now + SOON for at in times)}


# News of a time so near is not kept for the morning.
SOON = timedelta(hours=24)
NEWS = {
    "booked": (_("bekreftelse på time"), Timing.AT_ONCE),
    "changed": (_("ny tid"), Timing.AT_ONCE),
    "next_booked": (_("time til neste gang"), Timing.DAY),
    "moved_by_clinic": (_("ny tid fra stedet"), Timing.DAY),
    "next_changed": (_("ny tid til neste gang"), Timing.DAY),
}
FAREWELLS = {
    "cancelled": (_("bekreftelse på avbestilling"), Timing.AT_ONCE),
    "cancelled_by_clinic": (_("avlysning fra stedet"), Timing.DAY),
    "next_dropped": (_("beskjed om at neste time er borte"), Timing.DAY),
}
REMINDERS = {
    Reminder.WEEK: _("påminnelse en uke før"),
    Reminder.TWO_DAYS: _("påminnelse to dager før"),
    Reminder.DAY_BEFORE: _("beskjed dagen før"),
}
# Why one of them was not needed after all, for the message log.
REASONS = {
    "not_booked": _("Timen er ikke bestilt lenger."),
    "not_cancelled": _("Timen er ikke avbestilt."),
    "moved": _("Timen har fått en annen tid siden."),
    "begun": _("Timen hadde begynt."),
    "off_the_list": _("Personen er ikke på listen lenger."),
}
APPOINTMENT_PAGE = "admin:appointments_appointment_change"


def register_kinds() -> None:
    """Tell the outbox about the messages of this app."""
    waiting_reminders.register_kinds()
    move_reminders.register_kinds()
    late_reminders.register_kinds()
    visit_reminders.register_kinds()
    next_reminders.register_kinds()
    for code, (name, timing) in NEWS.items():
        register(
            Kind(
                code=code,
                still_due=_not_due(_why_not_news),
                context=_context,
                recipient=_recipients,
                attachments=_calendar,
                name=name,
                reasons=REASONS,
                subject_page=APPOINTMENT_PAGE,
                subject=Appointment,
                timing=timing,
                cannot_wait=None if timing is Timing.AT_ONCE else _cannot_wait,
            )
        )
    for code, (name, timing) in FAREWELLS.items():
        register(
            Kind(
                code=code,
                still_due=_not_due(_why_no_farewell),
                context=_context,
                recipient=_recipients,
                attachments=_calendar,
                name=name,
                reasons=REASONS,
                subject_page=APPOINTMENT_PAGE,
                subject=Appointment,
                timing=timing,
                cannot_wait=None if timing is Timing.AT_ONCE else _cannot_wait,
            )
        )
    for reminder, name in REMINDERS.items():
        register(
            Kind(
                code=reminder,
                still_due=_not_due(_why_no_reminder),
                context=_context,
                recipient=_recipients,
                name=name,
                reasons=REASONS,
                subject_page=APPOINTMENT_PAGE,
                subject=Appointment,
                timing=Timing.DAY,
            )
        )
    # Not stoppable by person: nobody here knows who they are. The link in it ends the wish.
    for code, name, timing in (
        ("interest_noted", _("bekreftelse på ønske om beskjed"), Timing.AT_ONCE),
        ("group_open", _("beskjed om ledige timer"), Timing.DAY),
    ):
        register(
            Kind(
                code=code,
                still_due=_off_the_list,
                context=_interest_context,
                recipient=_interested,
                name=name,
                reasons=REASONS,
                subject_page="admin:eligibility_groupinterest_change",
                subject=GroupInterest,
                timing=timing,
            )
        )
