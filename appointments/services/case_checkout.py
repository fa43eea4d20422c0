"""Sends a case to a clinician: the patient, the decision and the case in one transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction

from appointments.locks import queue_up
from appointments.services.checkout import Checkout, person_of
from audit.domain import Actor
from eligibility.domain.case_kinds import case_kind_of
from eligibility.models import ReviewCase
from eligibility.services.case_messages import received
from eligibility.services.cases import open_case
from eligibility.services.screening import Screened
from patients.selectors import contact_hash


def send_case(
    checkout: Checkout,
    *,
    screened: Screened,
    clinic_id: int,
    sent: dict[str, Any],
    note: str,
    now: datetime,
) -> ReviewCase:
    """Open a case for the person who filled in the checkout; the contact is proved by a code.

    The same name and birth date behind the same contact is the same patient, who has one open case
    at most. ``sent`` are the contract's answers that travel with it.
    Raises CaseWaitingError; then nothing has changed.
    """
    kind = case_kind_of(screened.decision)
    assert kind is not None, "these answers lead to no case"
    with transaction.atomic():
        queue_up(contact_hash(checkout.contact))
        patient_id = person_of(checkout, born=screened.answers.date_of_birth, now=now)
        case = open_case(
            patient_id=patient_id,
            clinic_id=clinic_id,
            screened=screened,
            kind=kind,
            sent=sent,
            note=note,
            by=Actor.patient(patient_id),
            now=now,
        )
        received(case, now=now)
        return case
