"""The message that a day runs late."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services.late_words import late_words
from appointments.services.links import appointment_urls
from appointments.services.messages import late_occasion
from notifications.domain.recipient import Recipient
from notifications.domain.timing import Timing
from notifications.models import Message
from notifications.services.registry import Kind, register
from patients.selectors import recipients

REASONS = {
    "not_expected": _("Personen var kommet, eller hadde ikke timen lenger."),
    "not_late": _("Dagen var i rute igjen, eller en annen forsinkelse var meldt."),
    "begun": _("Timen hadde begynt."),
}


def register_kinds() -> None:
    """Tell the outbox about the message."""
    register(
        Kind(
            code="running_late",
            still_due=_not_due,
            context=_context,
            recipient=_recipients,
            name=_("beskjed om forsinkelse"),
            reasons=REASONS,
            subject_page="admin:appointments_appointment_change",
            subject=Appointment,
            timing=Timing.AT_ONCE,
        )
    )


def _appointments(messages: Sequence[Message]) -> dict[UUID, Appointment]:
    found = Appointment.objects.select_related(
        "slot__session__clinic", "patient__merged_into"
    ).in_bulk([message.subject_id for message in messages])
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}


def _why_not(message: Message, appointment: Appointment | None, now: datetime) -> str:
    if appointment is None or appointment.status != Status.BOOKED:
        return "not_expected"
    session = appointment.slot.session
    if session.late_since is None or message.occasion != late_occasion(session):
        return "not_late"
    return "begun" if appointment.slot.starts_at <= now else ""


def _not_due(messages: Sequence[Message], now: datetime) -> dict[UUID, str]:
    appointments = _appointments(messages)
    reasons = {m.pk: _why_not(m, appointments.get(m.pk), now) for m in messages}
    return {message_id: reason for message_id, reason in reasons.items() if reason}


def _context(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    appointments = _appointments(messages)
    links = appointment_urls(appointments, now=now)
    return {
        message_id: late_words(
            appointment,
            minutes=appointment.slot.session.late_minutes or 0,
            link=links[message_id],
        )
        for message_id, appointment in appointments.items()
    }


def _recipients(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    patient_of = {
        message_id: appointment.patient_id
        for message_id, appointment in _appointments(messages).items()
        if appointment.patient_id
    }
    found = recipients(set(patient_of.values()))
    return {message_id: found[patient] for message_id, patient in patient_of.items()}
