"""People, what they answered, and what was decided."""

from collections.abc import Mapping
from datetime import date, datetime

from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic, Staff
from eligibility.domain.answers import (
    Allergy,
    Answers,
    Contact,
    DayAnswers,
    Exposure,
    Gender,
    Immunosuppressed,
    RiskBehaviour,
)
from eligibility.domain.cases import CaseKind
from eligibility.models import Decision, GroupInterest, ReviewCase
from eligibility.services.cases import open_case
from eligibility.services.decisions import keep
from eligibility.services.interests import note_interest
from eligibility.services.rule_sets import rule_set_in_force
from eligibility.services.screening import Screened
from patients.domain.contact import Contact as ContactDetails
from patients.domain.id_numbers import parse_id_number
from patients.models import Patient
from patients.services.activations import Activated, activate, hand_over
from patients.services.registration import confirm_identity, register
from tests.factories.clinics import make_clinic
from tests.factories.moments import BEFORE, BORN, FAMILY_NAMES, GIVEN_NAMES, OPENING, running_number


def make_patient(
    *,
    given_name: str = "",
    family_name: str = "",
    birth_date: date = BORN,
    phone: str = "",
    email: str = "",
    contact_by: str = Patient.ContactBy.SMS,
    language: str = "nb",
    now: datetime = BEFORE,
) -> Patient:
    """Register a person with a name and number of their own."""
    number = next(running_number)
    return register(
        given_name=given_name or GIVEN_NAMES[number % 10],
        family_name=family_name or FAMILY_NAMES[number // 10 % 10],
        birth_date=birth_date,
        phone=phone or f"+4790{number % 1_000_000:06}",
        email=email,
        contact_by=contact_by,
        language=language,
        now=now,
    )


def see_id(patient: Patient, *, number: str = "", now: datetime = BEFORE) -> Patient:
    """Let staff see the person's ID, with a national number or D-number or none in it."""
    kind = parse_id_number(number, allow_synthetic=True).kind if number else Patient.IdKind.NONE
    confirm_identity(
        patient_id=patient.pk, id_kind=kind, id_number=number, by=Actor.system(), now=now
    )
    patient.refresh_from_db()
    return patient


def make_activated_browser(
    *, patient: Patient, by: Staff, pin: str = "8302", now: datetime = BEFORE
) -> Activated:
    """Let a person have been handed a code, and have used it in a browser."""
    see_id(patient, now=now)
    clinic = make_clinic()
    staff = Actor.staff(by.pk, clinic_id=clinic.pk)
    return activate(
        code=hand_over(patient_id=patient.pk, clinic_id=clinic.pk, by=staff, now=now),
        born=patient.birth_date,
        pin=pin,
        name="Safari, iPhone",
        browser=f"browser of {patient.pk}",
        address="",
        now=now,
    )


def answers_of(patient: Patient, *, now: datetime, **answers: object) -> Answers:
    """Return answers at home: those of somebody eligible, group 3, two doses unless told."""
    return Answers(
        **{  # type: ignore[arg-type]
            "date_of_birth": patient.birth_date,
            "assessed_on": oslo_date(now),
            "gender": Gender.MAN,
            "sex_with_men": True,
            "risk_behaviours": frozenset({RiskBehaviour.CASUAL_SEX}),
            **answers,
        }
    )


def make_decision(
    *, patient: Patient | None = None, now: datetime = BEFORE, **answers: object
) -> Decision:
    """Decide and keep a person's answers at home: eligible, group 3, two doses unless told."""
    patient = patient or make_patient(now=now)
    told = answers_of(patient, now=now, **answers)
    return keep(
        rule_set_in_force(told.assessed_on).decide(told),
        patient_id=patient.pk,
        previous_doses=told.previous_doses,
        source=Decision.Source.SELF,
        by=Actor.patient(patient.pk),
        now=now,
    )


def make_case(
    *,
    clinic: Clinic | None = None,
    patient: Patient | None = None,
    exposed_on: date | None = None,
    kind: str = "",
    sent: Mapping[str, object] | None = None,
    note: str = "",
    now: datetime = OPENING,
    **answers: object,
) -> ReviewCase:
    """Send a person's case to a clinic: allergic to something else (A6) unless told or exposed."""
    patient = patient or make_patient(now=now)
    if exposed_on:
        answers = {"exposure": Exposure(exposed_on, Contact.SEXUAL), **answers}
    elif not answers:
        answers = {"allergies": frozenset({Allergy.OTHER})}
    told = answers_of(patient, now=now, **answers)
    decision = rule_set_in_force(told.assessed_on).decide(told)
    return open_case(
        patient_id=patient.pk,
        clinic_id=(clinic or make_clinic()).pk,
        screened=Screened(answers=told, decision=decision),
        kind=kind or (CaseKind.PEPV if exposed_on else CaseKind.REVIEW),
        sent=sent,
        note=note,
        by=Actor.patient(patient.pk),
        now=now,
    )


def make_interest(
    *,
    clinic: Clinic | None = None,
    group: int = 3,
    phone: str = "",
    email: str = "",
    language: str = "nb",
    now: datetime = BEFORE,
) -> GroupInterest:
    """Let somebody ask to be told when a clinic has times for their group."""
    phone = phone or f"+4791{next(running_number) % 1_000_000:06}"
    contact = ContactDetails("email", email) if email else ContactDetails("sms", phone)
    return note_interest(
        clinic_id=(clinic or make_clinic()).pk,
        group=group,
        contact=contact,
        language=language,
        now=now,
    )


def day_answers(patient: Patient, **answers: object) -> DayAnswers:
    """Return answers at the visit: no to everything unless told."""
    return DayAnswers(
        **{  # type: ignore[arg-type]
            "date_of_birth": patient.birth_date,
            "pregnant": False,
            "breastfeeding": False,
            "immunosuppressed": Immunosuppressed.NO,
            "allergies": frozenset(),
            "fever_over_38": False,
            "mpox_symptoms": False,
            "had_mpox": False,
            "keloid_tendency": False,
            "atopic_eczema": False,
            "mpox_after_dose": False,
            "local_reaction_persists": False,
            **answers,
        }
    )
