"""The messages of the waiting list: when each is still due, what it says, who gets it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from appointments.domain.status import Status
from appointments.domain.waiting import OfferState
from appointments.models import Offer, WaitingEntry
from appointments.services.waiting_messages import offer_urls, waiting_urls
from notifications.domain.recipient import Recipient
from notifications.domain.timing import Timing
from notifications.models import Message
from notifications.services.registry import Kind, register
from patients.selectors import protected, recipients

# Why one of them was not needed after all, for the message log.
REASONS = {
    "off_the_list": _("Personen er ikke på listen lenger."),
    "offer_over": _("Tilbudet gjelder ikke lenger."),
    "needed": _("Personen trengs likevel."),
}


def _offers(messages: Sequence[Message]) -> dict[UUID, Offer]:
    found = Offer.objects.select_related("entry", "session__clinic", "appointment__slot").in_bulk(
        [message.subject_id for message in messages]
    )
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}


def _entries(messages: Sequence[Message]) -> dict[UUID, WaitingEntry]:
    found = WaitingEntry.objects.select_related("clinic").in_bulk(
        [message.subject_id for message in messages]
    )
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}


def _offer_over(messages: Sequence[Message], now: datetime) -> dict[UUID, str]:
    offers = _offers(messages)
    return {
        m.pk: "offer_over"
        for m in messages
        if m.pk not in offers
        or offers[m.pk].state != OfferState.OPEN
        or offers[m.pk].answer_by <= now
    }


def _needed(messages: Sequence[Message], _now: datetime) -> dict[UUID, str]:
    offers = _offers(messages)
    cancelled = {
        pk
        for pk, offer in offers.items()
        if offer.appointment and offer.appointment.status == Status.CANCELLED
    }
    return {m.pk: "needed" for m in messages if m.pk not in cancelled}


def _off_the_list(messages: Sequence[Message], _now: datetime) -> dict[UUID, str]:
    entries = _entries(messages)
    return {
        m.pk: "off_the_list"
        for m in messages
        if m.pk not in entries or entries[m.pk].ended_at is not None
    }


def _offer_context(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    offers = _offers(messages)
    links = offer_urls(offers, now=now)
    hidden = protected(offer.entry.patient_id for offer in offers.values())
    return {
        message_id: {
            "starts_at": offer.appointment.slot.starts_at if offer.appointment else offer.come_by,
            "come_by": offer.come_by,
            "answer_by": offer.answer_by,
            "clinic": offer.session.clinic,
            "link": links[message_id],
            "protected": offer.entry.patient_id in hidden,
        }
        for message_id, offer in offers.items()
    }


def _entry_context(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    entries = _entries(messages)
    links = waiting_urls(entries, now=now)
    hidden = protected(entry.patient_id for entry in entries.values())
    return {
        message_id: {
            "clinic": entry.clinic,
            "link": links[message_id],
            "protected": entry.patient_id in hidden,
        }
        for message_id, entry in entries.items()
    }


def _of_patients(patient_of: Mapping[UUID, UUID]) -> dict[UUID, Recipient]:
    found = recipients(patient_of.values())
    return {message_id: found[patient] for message_id, patient in patient_of.items()}


def _offered_to(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    return _of_patients({pk: one.entry.patient_id for pk, one in _offers(messages).items()})


def _waiting(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    return _of_patients({pk: one.patient_id for pk, one in _entries(messages).items()})


def _register(
    code: str,
    name: Any,
    *,
    still_due: Callable[[list[Message], datetime], dict[UUID, str]],
    subject: type[Model],
    timing: Timing,
    stoppable: bool = False,
) -> None:
    of_entry = subject is WaitingEntry
    register(
        Kind(
            code=code,
            still_due=still_due,
            context=_entry_context if of_entry else _offer_context,
            recipient=_waiting if of_entry else _offered_to,
            name=name,
            reasons=REASONS,
            subject=subject,
            timing=timing,
            stoppable=stoppable,
        )
    )


def register_kinds() -> None:
    """Tell the outbox about the messages of the waiting list."""
    _register(
        "waiting_joined",
        _("bekreftelse på plass på ventelisten"),
        still_due=_off_the_list,
        subject=WaitingEntry,
        timing=Timing.AT_ONCE,
    )
    for code, name, still_due, timing in (
        ("time_offered", _("tilbud om ledig time"), _offer_over, Timing.DAY),
        ("standby_offered", _("tilbud på kort varsel"), _offer_over, Timing.LIVE),
    ):
        _register(code, name, still_due=still_due, subject=Offer, timing=timing, stoppable=True)
    _register(
        "standby_withdrawn",
        _("trengs ikke likevel"),
        still_due=_needed,
        subject=Offer,
        # The person is on the way, or about to go.
        timing=Timing.AT_ONCE,
    )
