"""The message with the note of a visit: thanks, the next time, whom to call. Never what for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services.links import appointment_urls, find_url
from care.services.visit_note import MESSAGE
from notifications.domain.recipient import Recipient
from notifications.domain.timing import Timing
from notifications.models import Message
from notifications.services.registry import Kind, register
from patients.selectors import protected, recipients
from vaccinations.models import Dose

# Why one of them was not needed after all, for the message log.
REASONS = {"voided": _("Registreringen ble annullert.")}


def register_kinds() -> None:
    """Tell the outbox about the message."""
    register(
        Kind(
            code=MESSAGE,
            still_due=_voided,
            context=_context,
            recipient=_recipients,
            name=_("lapp etter besøket"),
            reasons=REASONS,
            subject=Dose,
            timing=Timing.AT_ONCE,
        )
    )


def _doses(messages: Sequence[Message]) -> dict[UUID, Dose]:
    found = Dose.objects.select_related("vial__clinic", "patient").in_bulk(
        [message.subject_id for message in messages]
    )
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}


def _voided(messages: Sequence[Message], _now: datetime) -> dict[UUID, str]:
    standing = {pk for pk, dose in _doses(messages).items() if dose.voided_at is None}
    return {m.pk: "voided" for m in messages if m.pk not in standing}


def _context(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    doses = _doses(messages)
    hidden = protected(dose.patient_id for dose in doses.values())
    following = _following(doses.values(), now)
    places = {pk: following.get(_person(dose)) for pk, dose in doses.items()}
    links = appointment_urls({pk: place for pk, place in places.items() if place}, now=now)
    context = {}
    for message_id, dose in doses.items():
        place = places[message_id]
        context[message_id] = {
            "starts_at": place.slot.starts_at if place else None,
            "clinic": dose.vial.clinic,
            "link": links.get(message_id) or find_url(),
            # The words then say when, never where: neither the place nor its telephone number.
            "protected": dose.patient_id in hidden,
        }
    return context


def _person(dose: Dose) -> UUID:
    person: UUID = dose.patient.merged_into_id or dose.patient_id
    return person


def _following(doses: Any, now: datetime) -> dict[UUID, Appointment]:
    """Return the next booked time of each person, whichever of their rows it stands on."""
    people = {_person(dose) for dose in doses}
    booked = (
        Appointment.objects.annotate(person=Coalesce("patient__merged_into_id", "patient_id"))
        .filter(person__in=people, status=Status.BOOKED, slot__starts_at__gt=now)
        .select_related("slot")
        .order_by("-slot__starts_at")
    )
    return {one.person: one for one in booked}


def _recipients(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    patient_of = {message_id: dose.patient_id for message_id, dose in _doses(messages).items()}
    found = recipients(patient_of.values())
    return {message_id: found[patient] for message_id, patient in patient_of.items()}
