"""The message that a browser was given access to somebody's pages, and what to do about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from notifications.domain.recipient import Recipient
from notifications.domain.timing import Timing
from notifications.models import Message
from notifications.services.registry import Kind, register
from patients.models import Patient
from patients.selectors import protected, recipients
from patients.services.activations import MESSAGE

# Why one of them was not needed after all, for the message log.
REASONS = {"erased": _("Personen er slettet.")}


def register_kinds() -> None:
    """Tell the outbox about the message."""
    register(
        Kind(
            code=MESSAGE,
            still_due=_erased,
            context=_context,
            recipient=_recipients,
            name=_("varsel om ny nettleser"),
            reasons=REASONS,
            # Not the browser: its row goes before its messages do.
            subject=Patient,
            # Whoever it was is at it now.
            timing=Timing.AT_ONCE,
        )
    )


def _erased(messages: Sequence[Message], _now: datetime) -> dict[UUID, str]:
    # It is told of a browser that was ended meanwhile too: that one may have seen everything.
    there = Patient.objects.filter(pk__in={message.subject_id for message in messages})
    known = set(there.values_list("pk", flat=True))
    return {m.pk: "erased" for m in messages if m.subject_id not in known}


def _context(messages: Sequence[Message], _now: datetime) -> dict[UUID, dict[str, Any]]:
    clinics = Clinic.objects.in_bulk({m.clinic_id for m in messages if m.clinic_id})
    hidden = protected(message.subject_id for message in messages)
    link = settings.PUBLIC_URL + reverse("portal:browsers")
    return {
        message.pk: {
            # Where the code was handed over.
            "clinic": clinics.get(message.clinic_id) if message.clinic_id else None,
            "link": link,
            # The words then name neither the place nor its telephone number.
            "protected": message.subject_id in hidden,
        }
        for message in messages
    }


def _recipients(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    found = recipients(message.subject_id for message in messages)
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}
