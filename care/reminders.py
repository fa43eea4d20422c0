"""The messages of care: please call us (a recalled lot; never why), and the note of a visit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from appointments.services.links import find_url
from care import note_reminders
from care.services.recall import MESSAGE
from notifications.domain.recipient import Recipient
from notifications.domain.timing import Timing
from notifications.models import Message
from notifications.services.registry import Kind, register
from patients.selectors import protected, recipients
from vaccinations.models import RecallContact

# Why one of them was not needed after all, for the message log.
REASONS = {"told": _("Noen har snakket med personen.")}


def _contacts(messages: Sequence[Message]) -> dict[UUID, RecallContact]:
    found = RecallContact.objects.select_related("recall__lot__clinic").in_bulk(
        [message.subject_id for message in messages]
    )
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}


def _told(messages: Sequence[Message], _now: datetime) -> dict[UUID, str]:
    contacts = _contacts(messages)
    waiting = {pk for pk, contact in contacts.items() if contact.told_at is None}
    return {m.pk: "told" for m in messages if m.pk not in waiting}


def _context(messages: Sequence[Message], _now: datetime) -> dict[UUID, dict[str, Any]]:
    contacts = _contacts(messages)
    hidden = protected(one.patient_id for one in contacts.values())
    return {
        message_id: {
            "clinic": one.recall.lot.clinic,
            # Behind a code, with the clinic's number: for those who may be told nothing here.
            "link": find_url(),
            "protected": one.patient_id in hidden,
        }
        for message_id, one in contacts.items()
    }


def _recipients(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    patient_of = {message_id: one.patient_id for message_id, one in _contacts(messages).items()}
    found = recipients(patient_of.values())
    return {message_id: found[patient] for message_id, patient in patient_of.items()}


def register_kinds() -> None:
    """Tell the outbox about the messages of this app."""
    note_reminders.register_kinds()
    register(
        Kind(
            code=MESSAGE,
            still_due=_told,
            context=_context,
            recipient=_recipients,
            name=_("be om å ringe om en time de har hatt"),
            reasons=REASONS,
            subject=RecallContact,
            # It asks them to call, and the telephone is answered by day; a Sunday is no reason to
            # wait.
            timing=Timing.DAY,
        )
    )
