"""Who waits for a clinician: two contacts of a case, and two whom the rules do not settle."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from appointments.services.case_contents import what_to_send
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from eligibility.domain.answers import Allergy, Contact, Exposure, Gender, Indication, PreviousDose
from eligibility.domain.cases import CaseKind
from eligibility.domain.steps import Step
from eligibility.models import ReviewCase
from eligibility.services.cases import open_case
from eligibility.services.rule_sets import rule_set_in_force
from eligibility.services.screening import Screened
from mpoxclinic.demo.clinics import DemoClinics
from mpoxclinic.demo.names import invented
from mpoxclinic.demo.people import add_person, answers_of

FIRST_NUMBER = 79


def load_cases(clinics: DemoClinics, *, now: datetime) -> None:
    """Send four cases to the weekly clinic, unless it was sent some before."""
    if ReviewCase.objects.filter(clinic=clinics.weekly).exists():
        return
    _send(
        clinics,
        0,
        now=now - timedelta(hours=2),
        exposure=Exposure(oslo_date(now) - timedelta(days=3), Contact.SEXUAL),
        note="Ring gjerne etter klokka 15, da er jeg ferdig på jobb.",
    )
    _send(
        clinics,
        1,
        now=now - timedelta(hours=5),
        exposure=Exposure(oslo_date(now) - timedelta(days=8), Contact.HOUSEHOLD),
        gender=Gender.WOMAN,
        sex_with_men=False,
        pregnant=True,
    )
    _send(
        clinics,
        2,
        now=now - timedelta(hours=26),
        note="Jeg reagerer på nøtter, og har hatt penn med adrenalin siden 2019.",
        ticked={Step.GENDER, Step.SEX_WITH_MEN, Step.RISK_BEHAVIOURS},
        allergies=frozenset({Allergy.OTHER}),
    )
    abroad = PreviousDose(
        given_on=oslo_date(now) - timedelta(weeks=20),
        indication=Indication.PPV,
        abroad=True,
        documented=False,
    )
    _send(clinics, 3, now=now - timedelta(hours=3), previous_doses=(abroad,))


def _send(
    clinics: DemoClinics,
    number: int,
    *,
    now: datetime,
    note: str = "",
    ticked: Collection[Step] = (),
    **answers: Any,
) -> None:
    """Let an invented person send their case."""
    who = invented(FIRST_NUMBER + number, reach="both")
    told = answers_of(who, now=now, **answers)
    patient = add_person(who, now=now)
    open_case(
        patient_id=patient.pk,
        clinic_id=clinics.weekly.pk,
        screened=Screened(answers=told, decision=rule_set_in_force(told.assessed_on).decide(told)),
        kind=CaseKind.PEPV if told.exposure else CaseKind.REVIEW,
        sent=what_to_send(told, list(Step), ticked),
        note=note,
        by=Actor.patient(patient.pk),
        now=now,
    )
