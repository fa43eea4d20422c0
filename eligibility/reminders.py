"""The messages about cases: when each is still due, what it says, who gets it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from eligibility.domain.cases import DECIDED, CaseState
from eligibility.models import ReviewCase
from eligibility.services.case_alerts import alert_addresses, alert_of, queue_url
from eligibility.services.case_messages import case_urls
from notifications.domain.recipient import Recipient
from notifications.domain.timing import Timing
from notifications.models import Message
from notifications.services.registry import Kind, register
from patients.selectors import protected, recipients

OVER = frozenset({CaseState.WITHDRAWN, CaseState.CLOSED})
# Why one of them was not needed after all, for the message log.
REASONS = {
    "case_over": _("Saken var trukket eller avsluttet."),
    "no_answer": _("Saken er ikke avgjort."),
    "no_call": _("Saken venter ikke lenger på at personen ringer."),
    "not_urgent": _("Saken er besvart, sendt videre eller haster ikke lenger."),
}
CASE_PAGE = "admin:eligibility_reviewcase_change"


def _cases(messages: Sequence[Message]) -> dict[UUID, ReviewCase]:
    found = ReviewCase.objects.select_related("clinic").in_bulk(
        [message.subject_id for message in messages]
    )
    return {m.pk: found[m.subject_id] for m in messages if m.subject_id in found}


def _not_due(messages: Sequence[Message], _now: datetime) -> dict[UUID, str]:
    cases = _cases(messages)
    return {m.pk: "case_over" for m in messages if m.pk not in cases or cases[m.pk].state in OVER}


def _without_answer(messages: Sequence[Message], _now: datetime) -> dict[UUID, str]:
    cases, ended = _cases(messages), {*DECIDED, CaseState.CLOSED}
    return {
        m.pk: "no_answer" for m in messages if m.pk not in cases or cases[m.pk].state not in ended
    }


def _without_call(messages: Sequence[Message], _now: datetime) -> dict[UUID, str]:
    cases = _cases(messages)
    return {
        m.pk: "no_call"
        for m in messages
        if m.pk not in cases or cases[m.pk].state != CaseState.ASKED_TO_CALL
    }


def _no_alert(messages: Sequence[Message], now: datetime) -> dict[UUID, str]:
    cases = _cases(messages)
    return {
        m.pk: "not_urgent"
        for m in messages
        if m.pk not in cases or alert_of(cases[m.pk], now=now) != m.occasion.partition(":")[0]
    }


def _alert_context(messages: Sequence[Message], _now: datetime) -> dict[UUID, dict[str, Any]]:
    return {
        message_id: {"clinic": case.clinic, "link": queue_url(case.clinic)}
        for message_id, case in _cases(messages).items()
    }


def _clinics(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    addresses = alert_addresses(messages)
    return {
        message_id: Recipient(
            language=settings.LANGUAGE_CODE, phone="", email=address, contact_by="email"
        )
        for message_id, address in addresses.items()
    }


def _context(messages: Sequence[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
    cases = _cases(messages)
    links = case_urls(cases, now=now)
    hidden = protected(case.patient_id for case in cases.values())
    return {
        message_id: {
            "clinic": case.clinic,
            "link": links[message_id],
            # The words then tell neither the place nor its telephone number.
            "protected": case.patient_id in hidden,
        }
        for message_id, case in cases.items()
    }


def _recipients(messages: Sequence[Message]) -> dict[UUID, Recipient]:
    patient_of = {message_id: case.patient_id for message_id, case in _cases(messages).items()}
    found = recipients(patient_of.values())
    return {message_id: found[patient] for message_id, patient in patient_of.items()}


def register_kinds() -> None:
    """Tell the outbox about the messages of this app."""
    # A decision waits for morning though days may count: nobody is vaccinated at night, and the
    # clinic's telephone is answered by day. Who must act before that is called.
    for code, still_due, name, timing in (
        ("case_received", _not_due, _("bekreftelse på innsendt sak"), Timing.AT_ONCE),
        ("case_answered", _without_answer, _("svar på en sak"), Timing.DAY),
        ("case_call", _without_call, _("be om å ringe"), Timing.DAY),
    ):
        register(
            Kind(
                code=code,
                still_due=still_due,
                context=_context,
                recipient=_recipients,
                name=name,
                reasons=REASONS,
                subject_page=CASE_PAGE,
                subject=ReviewCase,
                timing=timing,
            )
        )
    register(
        Kind(
            code="case_urgent",
            still_due=_no_alert,
            context=_alert_context,
            recipient=_clinics,
            name=_("varsel til stedet om en sak som haster"),
            reasons=REASONS,
            subject_page=CASE_PAGE,
            subject=ReviewCase,
            # To the clinic, not to a person at home.
            timing=Timing.AT_ONCE,
        )
    )
