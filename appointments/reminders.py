"""The messages about appointments: when each is still due, what it says, who gets it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from appointments import move_reminders, waiting_reminders
from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services.calendar_file import calendar_file
from appointments.services.links import appointment_url
from appointments.services.messages import start_occasion
from eligibility.models import GroupInterest
from eligibility.services.interests import interest_url
from notifications.domain.kinds import Attachment
from notifications.domain.recipient import Recipient
from notifications.models import Message
from notifications.services.registry import Kind, register
from patients.selectors import recipients


def _appointments(messages: Sequence[Message]) -> dict[UUID, Appointment]:
    found = Appointment.objects.select_related("slot__session__clinic", "patient").in_bulk(
        [message.subject_id for message in messages]
    )
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
    return {
        message_id: {
            "starts_at": appointment.slot.starts_at,
            "clinic": appointment.slot.session.clinic,
            "link": appointment_url(appointment, now=now),
            # The words then say when, never where: neither the place nor its telephone number.
            "protected": _is_protected(appointment),
        }
        for message_id, appointment in _appointments(messages).items()
    }


def _is_protected(appointment: Appointment) -> bool:
    return appointment.patient is not None and appointment.patient.protected_address


def _recipients(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    patient_of = {
        message_id: appointment.patient_id
        for message_id, appointment in _appointments(messages).items()
        if appointment.patient_id
    }
    found = recipients(set(patient_of.values()))
    return {message_id: found[patient] for message_id, patient in patient_of.items()}


def _calendar(messages: Sequence[Message], now: datetime) -> dict[UUID, list[Attachment]]:
    """Attach the calendar entry, which says where: not for a protected address."""
    return {
        message_id: [Attachment("time.ics", "text/calendar", calendar_file(appointment, now=now))]
        for message_id, appointment in _appointments(messages).items()
        if not _is_protected(appointment)
    }


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
    return {
        message_id: {"clinic": interest.clinic, "link": interest_url(interest, now=now)}
        for message_id, interest in _interests(messages).items()
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


NEWS = {
    "booked": _("bekreftelse på time"),
    "changed": _("ny tid"),
    "next_booked": _("time til neste gang"),
    "moved_by_clinic": _("ny tid fra stedet"),
    "next_changed": _("ny tid til neste gang"),
}
FAREWELLS = {
    "cancelled": _("bekreftelse på avbestilling"),
    "cancelled_by_clinic": _("avlysning fra stedet"),
    "next_dropped": _("beskjed om at neste time er borte"),
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
    for code, name in NEWS.items():
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
            )
        )
    for code, name in FAREWELLS.items():
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
            )
        )
    register(
        Kind(
            code="reminder",
            still_due=_not_due(_why_no_reminder),
            context=_context,
            recipient=_recipients,
            name=_("påminnelse"),
            reasons=REASONS,
            subject_page=APPOINTMENT_PAGE,
            subject=Appointment,
        )
    )
    for code, name in (
        ("interest_noted", _("bekreftelse på ønske om beskjed")),
        ("group_open", _("beskjed om ledige timer")),
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
            )
        )
