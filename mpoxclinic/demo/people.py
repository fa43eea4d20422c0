"""The demo's people: some waiting, some expected today, some booked in the weeks to come."""

from datetime import date, datetime, timedelta

from appointments.models import Appointment, ClinicSession, Slot
from appointments.services.booking import book
from appointments.services.day import check_in
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from eligibility.domain.answers import Answers, Gender, RiskBehaviour
from eligibility.domain.rules import rule_set_in_force
from eligibility.models import Decision
from eligibility.services.decisions import keep
from mpoxclinic.demo.clinics import DemoClinics
from patients.models import Patient
from patients.services.registration import register
from vaccinations.models import Vial
from vaccinations.services.vials import open_vial

# Given name, family name, born, minutes from the opening, keloid tendency.
TODAY = (
    ("Aksel", "Berg", date(1991, 3, 14), 60, False),
    ("Mio", "Dahl", date(1988, 11, 2), 60, True),
    ("Noah", "Eide", date(1979, 7, 23), 70, False),
    ("Emil", "Foss", date(1994, 1, 9), 90, False),
    ("Ola", "Gran", date(1985, 5, 30), 100, False),
    ("Iver", "Holm", date(1990, 8, 17), 130, False),
    ("Tor", "Iversen", date(1969, 2, 4), 140, False),
    ("Robin", "Lie", date(1997, 12, 1), 170, False),
    ("Kim", "Moe", date(1982, 10, 20), 180, False),
)
LATER = (
    ("Jon", "Aas", date(1987, 4, 11), 60, False),
    ("Sander", "Bakke", date(1993, 9, 3), 70, False),
    ("Henrik", "Lund", date(1980, 6, 25), 90, False),
)
ARRIVED = 3


def load_people(clinics: DemoClinics, under_way: ClinicSession, *, now: datetime) -> None:
    """Book the demo's people where their session has nobody yet."""
    by = Actor.staff(clinics.nurse.pk, clinic_id=clinics.municipal.pk, role=Role.VACCINATOR)
    if not _is_used(under_way):
        booked = _book_all(TODAY, under_way, now=now)
        for minutes, appointment in zip((9, 6, 1), booked[:ARRIVED], strict=True):
            came_at = max(now - timedelta(minutes=minutes), under_way.starts_at)
            check_in(appointment_id=appointment.pk, by=by, now=came_at)
        _open_vial(clinics, under_way, by, now=now)
    # Booked three days ago, so that their 48-hour reminder is due about now.
    for session in ClinicSession.objects.filter(
        clinic=clinics.municipal, starts_at__gt=now
    ).order_by("starts_at")[:2]:
        if not _is_used(session):
            _book_all(LATER, session, now=now - timedelta(days=3))


def _is_used(session: ClinicSession) -> bool:
    return Appointment.objects.filter(slot__session=session).exists()


def _book_all(
    people: tuple[tuple[str, str, date, int, bool], ...],
    session: ClinicSession,
    *,
    now: datetime,
) -> list[Appointment]:
    """Book people as they would have done themselves, before the session began."""
    then = min(now, session.starts_at - timedelta(hours=1))
    return [
        _book(given, family, born, _slot(session, minutes), keloid=keloid, now=then)
        for given, family, born, minutes, keloid in people
    ]


def _slot(session: ClinicSession, minutes: int) -> Slot:
    return Slot.objects.get(
        session=session, starts_at=session.starts_at + timedelta(minutes=minutes)
    )


def _book(
    given: str, family: str, born: date, slot: Slot, *, keloid: bool, now: datetime
) -> Appointment:
    patient = _patient(given, family, born, now)
    decision = rule_set_in_force(oslo_date(now)).decide(
        Answers(
            date_of_birth=born,
            assessed_on=oslo_date(now),
            gender=Gender.MAN,
            sex_with_men=True,
            risk_behaviours=frozenset({RiskBehaviour.CASUAL_SEX}),
            keloid_tendency=keloid,
        )
    )
    assert decision.course is not None
    by = Actor.patient(patient.pk)
    kept = keep(
        decision,
        patient_id=patient.pk,
        previous_doses=(),
        source=Decision.Source.SELF,
        by=by,
        now=now,
    )
    return book(
        patient_id=patient.pk,
        decision_id=kept.pk,
        slot_id=slot.pk,
        route=decision.course.route,
        dose_number=decision.course.next_dose,
        not_before=None,
        by=by,
        now=now,
    )


def _patient(given: str, family: str, born: date, now: datetime) -> Patient:
    return register(
        given_name=given,
        family_name=family,
        birth_date=born,
        email=f"{given}.{family}@pasient.demo.invalid".lower(),
        contact_by=Patient.ContactBy.EMAIL,
        language="nb",
        now=now,
    )


def _open_vial(clinics: DemoClinics, session: ClinicSession, by: Actor, *, now: datetime) -> None:
    if not Vial.objects.filter(clinic=clinics.municipal, closed_at=None).exists():
        open_vial(
            clinic_id=clinics.municipal.pk,
            lot_id=clinics.lot.pk,
            day=session.date,
            by=by,
            now=max(now - timedelta(minutes=12), session.starts_at),
        )
