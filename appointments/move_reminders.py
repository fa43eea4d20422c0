"""The messages to those who are asked to move: when each is due, what it says, who gets it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from appointments.domain.repairs import AskState
from appointments.models import MoveAsk
from appointments.selectors.repairs import state_now, still_stands
from appointments.services.links import appointment_urls
from appointments.services.repair_asks import ask_urls
from notifications.domain.recipient import Recipient
from notifications.domain.timing import Timing
from notifications.models import Message
from notifications.services.registry import Kind, register
from patients.selectors import protected, recipients

# Why one of them was not needed after all, for the message log.
REASONS = {
    "answered": _("Personen har svart, eller fristen er ute."),
    "moved": _("Timen har fått en annen tid siden."),
    "begun": _("Timen hadde begynt."),
}


def _asks(messages: Sequence[Message]) -> dict[UUID, MoveAsk]:
    found = MoveAsk.objects.select_related(
        "repair__session__clinic", "from_slot", "to_slot", "appointment__slot"
    ).in_bulk([message.subject_id for message in messages])
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}


def _answered(messages: Sequence[Message], now: datetime) -> dict[UUID, str]:
    asks = _asks(messages)
    asked = {pk for pk, ask in asks.items() if state_now(ask, now) is AskState.ASKED}
    return {m.pk: "answered" for m in messages if m.pk not in asked}


def _not_kept(messages: Sequence[Message], now: datetime) -> dict[UUID, str]:
    asks = _asks(messages)
    reasons = {}
    for message in messages:
        ask = asks.get(message.pk)
        if ask is None or ask.state != AskState.KEPT or not still_stands(ask):
            reasons[message.pk] = "moved"
        elif ask.from_slot.starts_at <= now:
            reasons[message.pk] = "begun"
    return reasons


def _question(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    asks = _asks(messages)
    links = ask_urls(asks, now=now)
    hidden = _protected(asks)
    return {
        message_id: {
            "starts_at": ask.from_slot.starts_at,
            "instead_at": ask.to_slot.starts_at,
            "answer_by": ask.repair.answer_by,
            "clinic": ask.repair.session.clinic,
            "link": links[message_id],
            "protected": ask.appointment.patient_id in hidden,
        }
        for message_id, ask in asks.items()
    }


def _kept(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    asks = _asks(messages)
    links = appointment_urls({pk: ask.appointment for pk, ask in asks.items()}, now=now)
    hidden = _protected(asks)
    return {
        message_id: {
            "starts_at": ask.from_slot.starts_at,
            "clinic": ask.repair.session.clinic,
            "link": links[message_id],
            "protected": ask.appointment.patient_id in hidden,
        }
        for message_id, ask in asks.items()
    }


def _protected(asks: Mapping[UUID, MoveAsk]) -> set[UUID]:
    patients = (ask.appointment.patient_id for ask in asks.values())
    return protected(patient_id for patient_id in patients if patient_id)


def _recipients(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    patient_of = {
        message_id: ask.appointment.patient_id
        for message_id, ask in _asks(messages).items()
        if ask.appointment.patient_id
    }
    found = recipients(patient_of.values())
    return {message_id: found[patient] for message_id, patient in patient_of.items()}


def register_kinds() -> None:
    """Tell the outbox about the messages of the cutoff."""
    for code, name, still_due, context in (
        ("move_asked", _("spørsmål om en annen tid"), _answered, _question),
        ("move_kept", _("beskjed om at tiden gjelder"), _not_kept, _kept),
    ):
        register(
            Kind(
                code=code,
                still_due=still_due,
                context=context,
                recipient=_recipients,
                name=name,
                reasons=REASONS,
                subject=MoveAsk,
                # Asked of those only who said, with the booking, that they can move.
                timing=Timing.DAY,
            )
        )
