"""Registers the demo's people, decides as for anybody, and books them."""

from datetime import datetime, timedelta
from typing import Any

from appointments.models import Appointment, ClinicSession, Slot
from appointments.services.booking import book
from appointments.services.seats import SlotUnavailableError
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from eligibility.domain.answers import Answers, Gender, RiskBehaviour, SmallpoxEvidence, Sti
from eligibility.models import Decision
from eligibility.services.decisions import keep
from eligibility.services.rule_sets import rule_set_in_force
from mpoxclinic.demo.names import Invented
from patients.models import Patient
from patients.services.registration import register

STEP = timedelta(minutes=10)


def add_person(who: Invented, *, now: datetime, id_number: str = "") -> Patient:
    """Register an invented person."""
    return register(
        given_name=who.given,
        family_name=who.family,
        birth_date=who.born,
        phone=who.phone if who.reach in {"sms", "both"} else "",
        email=who.email if who.reach in {"email", "both"} else "",
        contact_by=who.reach,
        language=who.language,
        id_number=id_number,
        now=now,
    )


def answers_of(who: Invented, *, now: datetime, **answers: Any) -> Answers:
    """Return what a person answers at home: what makes their group and route, and what is told."""
    usual: dict[str, Any] = {
        "gender": Gender.MAN,
        "sex_with_men": True,
        "on_prep": who.group == 1,
        "risk_behaviours": frozenset({RiskBehaviour.CASUAL_SEX}),
        "sti_last_24_months": frozenset({Sti.CHLAMYDIA}) if who.group == 2 else frozenset(),
        "keloid_tendency": who.keloid,
        "smallpox_evidence": (
            SmallpoxEvidence.SCAR if who.smallpox_vaccinated else SmallpoxEvidence.NONE
        ),
    }
    return Answers(date_of_birth=who.born, assessed_on=oslo_date(now), **(usual | answers))


def decide(
    patient: Patient, who: Invented, *, now: datetime, by: Actor | None = None, **answers: Any
) -> Decision:
    """Decide what a person's answers lead to, and keep it."""
    told = answers_of(who, now=now, **answers)
    return keep(
        rule_set_in_force(told.assessed_on).decide(told),
        patient_id=patient.pk,
        previous_doses=told.previous_doses,
        source=Decision.Source.SELF,
        by=by or Actor.patient(patient.pk),
        now=now,
    )


def book_person(
    who: Invented,
    session: ClinicSession,
    minutes: int,
    *,
    now: datetime,
    by: Actor | None = None,
    id_number: str = "",
) -> Appointment:
    """Book a new person some minutes into a session, or at the next time with a free seat.

    ``by`` is who books: the person, unless told.
    """
    patient = add_person(who, now=now, id_number=id_number)
    decision = decide(patient, who, now=now, by=by)
    assert decision.course is not None, "only those who are offered it are booked"
    starts_at = session.starts_at + timedelta(minutes=minutes)
    for slot in Slot.objects.filter(session=session, starts_at__gte=starts_at):
        try:
            return book(
                patient_id=patient.pk,
                decision_id=decision.pk,
                slot_id=slot.pk,
                route=decision.course["route"],
                dose_number=decision.course["next_dose"],
                not_before=None,
                by=by or Actor.patient(patient.pk),
                now=now,
            )
        except SlotUnavailableError:
            continue
    raise AssertionError(f"no seat from {minutes} minutes on")
