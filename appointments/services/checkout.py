"""Books what a browser holds: the patient, the decision and the appointment in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from appointments.locks import queue_up
from appointments.models import Appointment
from appointments.services.booking import HoldExpiredError, confirm
from appointments.services.holding import current_hold
from audit.domain import Actor
from eligibility.domain.decision import Decision as Decided
from eligibility.domain.decision import Outcome
from eligibility.models import Decision
from eligibility.services.decisions import keep
from eligibility.services.screening import Screened
from patients.domain.contact import Contact
from patients.selectors import contact_hash, patients_by_contact
from patients.services.needs import set_needs
from patients.services.registration import register


@dataclass(frozen=True)
class Checkout:
    """What the patient filled in; the contact is proved by a code.

    ``interpreter`` is the language one is needed for, "" where nothing was said.
    """

    given_name: str
    family_name: str
    contact: Contact
    language: str
    interpreter: str = ""


def still_fits(held: Appointment, decided: Decided) -> bool:
    """Tell whether a held place is one that a decision offers (R9, R16, A11).

    Answers can be changed while a place is held, and with them dose, route, first day and group.
    Needs the hold's slot, session and clinic.
    """
    course, session = decided.course, held.slot.session
    if decided.outcome != Outcome.ELIGIBLE or course is None:
        return False
    if (held.dose_number, held.route) != (course.next_dose, course.route):
        return False
    waits = course.earliest_on > decided.assessed_on
    if held.date < course.earliest_on or (waits and held.not_before != course.earliest_on):
        return False
    if decided.setting is not None and session.clinic.kind != decided.setting:
        return False
    # A second dose is given whatever groups are open.
    return course.next_dose > 1 or decided.priority_group in session.offered_groups


def book_held(
    checkout: Checkout, *, screened: Screened, browser_hash: str, now: datetime
) -> Appointment:
    """Book what a browser holds for the person who filled in the checkout.

    The same name and birth date behind the same proved contact is the same patient; several
    people may share a contact. Raises HoldExpiredError (also when the place is not one that the
    decision offers), AlreadyBookedError (DoseGivenError).
    """
    with transaction.atomic():
        queue_up(contact_hash(checkout.contact))
        held = current_hold(browser_hash=browser_hash, now=now)
        if held is None or not still_fits(held, screened.decision):
            raise HoldExpiredError
        patient_id = person_of(checkout, born=screened.answers.date_of_birth, now=now)
        by = Actor.patient(patient_id)
        decision = keep(
            screened.decision,
            patient_id=patient_id,
            previous_doses=screened.answers.previous_doses,
            source=Decision.Source.SELF,
            by=by,
            now=now,
        )
        return confirm(
            browser_hash=browser_hash,
            patient_id=patient_id,
            decision_id=decision.pk,
            by=by,
            now=now,
        )


def person_of(checkout: Checkout, *, born: date, now: datetime) -> UUID:
    """Return the patient who filled in a checkout, registered where there is none.

    The need of an interpreter is kept; nothing said leaves what staff have noted.
    Call it with the contact queued up for, or two tabs register the same person twice.
    """
    patient_id = _known(checkout, born) or _new(checkout, born, now)
    if checkout.interpreter:
        set_needs(
            patient_id=patient_id,
            interpreter=checkout.interpreter,
            by=Actor.patient(patient_id),
            now=now,
        )
    return patient_id


def _known(checkout: Checkout, born: date) -> UUID | None:
    wanted = (checkout.given_name.casefold(), checkout.family_name.casefold(), born)
    for patient in patients_by_contact(checkout.contact):
        if (patient.given_name.casefold(), patient.family_name.casefold(), patient.birth_date) == (
            wanted
        ):
            person: UUID = patient.person_id
            return person
    return None


def _new(checkout: Checkout, born: date, now: datetime) -> UUID:
    contact = checkout.contact
    patient = register(
        given_name=checkout.given_name,
        family_name=checkout.family_name,
        birth_date=born,
        phone=contact.address if contact.channel == "sms" else "",
        email=contact.address if contact.channel == "email" else "",
        contact_by=contact.channel,
        language=checkout.language,
        now=now,
    )
    return patient.pk
