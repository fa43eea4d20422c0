"""The message that the next time can be booked: to whom it is due, and what it says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from appointments.domain.next_due import Occasion, WhyNot, recall_now
from appointments.selectors.next_due import KIND, code_of, facts_of, first_doses, with_facts
from appointments.services.next_due import next_urls
from notifications.domain.recipient import Recipient
from notifications.domain.timing import Timing
from notifications.models import Message
from notifications.services.registry import Kind, register
from patients.models import Patient
from patients.selectors import protected, recipients
from vaccinations.models import Dose

# Why one of them was not needed after all, for the message log.
REASONS = {
    WhyNot.NO_DOSE.value: _("Den første dosen gjelder ikke lenger."),
    WhyNot.GIVEN.value: _("Dose 2 er gitt."),
    WhyNot.MPOX.value: _("Personen har hatt mpox, så det trengs ingen dose 2."),
    WhyNot.COMPLETE.value: _("Personen har fått de dosene som trengs."),
    WhyNot.NOT_NEEDED.value: _("Den siste vurderingen sier at det ikke skal gis en dose 2 nå."),
    WhyNot.SETTLED.value: _("Personen har svart at dose 2 ikke trengs, og dere har sett på det."),
    WhyNot.OVER.value: _("Det er mer enn seks måneder siden dose 1."),
    WhyNot.BOOKED.value: _("Personen har fått time til dose 2."),
    WhyNot.REVIEW.value: _("En lege skal vurdere personen."),
    WhyNot.ANSWERED.value: _("Personen har svart at dose 2 ikke trengs, og ingen har sett på det."),
    WhyNot.REACTION.value: _("En lokal reaksjon har ikke gått over."),
    WhyNot.NOT_YET.value: _("Personen har hatt time siden, så neste påminnelse kommer senere."),
    WhyNot.NEWER.value: _("En nyere påminnelse gjelder i stedet."),
}


def register_kinds() -> None:
    """Tell the outbox about the message."""
    register(
        Kind(
            code=KIND,
            still_due=_not_due,
            context=_context,
            recipient=_recipients,
            name=_("påminnelse om å bestille dose 2"),
            reasons=REASONS,
            subject=Patient,
            timing=Timing.WORKDAY,
            stoppable=True,
        )
    )


def _doses(messages: Sequence[Message]) -> dict[UUID, Dose]:
    """Return the first dose that stands of each message's person, by message."""
    patients = Patient.objects.in_bulk([message.subject_id for message in messages])
    doses = with_facts(first_doses(only=patients).select_related("vial__clinic"))
    by_person = {dose.person: dose for dose in doses}  # type: ignore[attr-defined]
    return {
        m.pk: by_person[patients[m.subject_id].person_id]
        for m in messages
        if m.subject_id in patients and patients[m.subject_id].person_id in by_person
    }


def _why_not(message: Message, dose: Dose | None, now: datetime) -> str:
    if dose is None:
        return WhyNot.NO_DOSE
    found = recall_now(facts_of(dose, now=now))
    if not isinstance(found, Occasion):
        return found
    return "" if found.code == code_of(message.occasion) else WhyNot.NEWER


def _not_due(messages: Sequence[Message], now: datetime) -> dict[UUID, str]:
    doses = _doses(messages)
    reasons = {m.pk: _why_not(m, doses.get(m.pk), now) for m in messages}
    return {message_id: reason for message_id, reason in reasons.items() if reason}


def _context(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    doses = _doses(messages)
    hidden = protected(m.subject_id for m in messages)
    links = next_urls({m.pk: m.subject_id for m in messages}, now=now)
    return {
        m.pk: {
            "clinic": doses[m.pk].vial.clinic,
            "link": links[m.pk],
            # The words then name no place, and no telephone number that leads to one.
            "protected": m.subject_id in hidden,
        }
        for m in messages
        if m.pk in doses
    }


def _recipients(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    found = recipients(m.subject_id for m in messages)
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}
