"""Rows to test with, made through the product's own services; plain functions with defaults.

Everything happens around one clinic day: ``OPENING`` is when it opens. Moments are passed in, as
everywhere; what is not given follows from ``OPENING``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from uuid import UUID

from appointments.domain.time_bands import Band
from appointments.models import (
    Appointment,
    ClinicSession,
    MoveAsk,
    Repair,
    Slot,
    WaitingEntry,
)
from appointments.selectors.places import policy_of
from appointments.services.booking import book
from appointments.services.day import check_in
from appointments.services.sessions import open_session, plan_session
from appointments.services.waiting import Wish, join
from audit.domain import Actor
from clinics.domain.calendar import OSLO, oslo_date
from clinics.domain.roles import Role
from clinics.models import Clinic, GroupOffer, Membership, Staff
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
from patients.models import Patient
from patients.services.registration import register
from vaccinations.models import Dose, InUseWindow, Lot, Product, StandingOrder, Thawing, Vial
from vaccinations.selectors import standing_order
from vaccinations.services.doses import give
from vaccinations.services.orders import sign_in_use_window, sign_standing_order
from vaccinations.services.stock import receive
from vaccinations.services.thawing import thaw
from vaccinations.services.vials import open_vial

OPENING = datetime(2026, 11, 26, 16, 0, tzinfo=OSLO)
DAY = oslo_date(OPENING)
LONG_AGO = date(2020, 1, 1)
BEFORE = OPENING - timedelta(days=7)
BORN = date(1991, 3, 14)

_number = count(1)

GIVEN_NAMES = ("Aksel", "Emil", "Ola", "Iver", "Tor", "Robin", "Kim", "Sara", "Jon", "Mio")
FAMILY_NAMES = ("Berg", "Foss", "Gran", "Holm", "Iversen", "Lie", "Moe", "Aas", "Dahl", "Ødegård")


def oslo(day: date, clock: str) -> datetime:
    """Return a moment of a day in Oslo: ``oslo(DAY, "17.42")``."""
    hour, minute = clock.split(".")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=OSLO)


def at(clock: str) -> datetime:
    """Return a moment of the clinic day: ``at("17.42")``."""
    return oslo(DAY, clock)


def make_clinic(
    *,
    slug: str = "nydalen",
    name: str = "Nydalen vaksinasjon",
    kind: str = Clinic.Kind.MUNICIPAL,
    groups: Sequence[int] = (2, 3),
    **fields: object,
) -> Clinic:
    """Make a clinic that offers some groups; asked again for the same slug, return that one."""
    defaults = {
        "name": name,
        "discreet_name": "Nydalen legesenter",
        "kind": kind,
        "street": "Nydalsveien 1",
        "postal_code": "0484",
        "city": "Oslo",
        "phone": "+4722000000",
        **fields,
    }
    clinic, made = Clinic.objects.get_or_create(slug=slug, defaults=defaults)
    if made:
        GroupOffer.objects.bulk_create(
            GroupOffer(clinic=clinic, priority_group=group, valid_from=LONG_AGO) for group in groups
        )
    return clinic


def make_staff(
    *roles: Role,
    clinic: Clinic | None = None,
    name: str = "Kari Berg",
    email: str = "",
    hpr_number: str = "",
) -> Staff:
    """Make a staff user with roles at a clinic from long ago on; a vaccinator unless told."""
    staff = Staff.objects.create(
        email=email or f"staff{next(_number)}@example.org", name=name, hpr_number=hpr_number
    )
    clinic = clinic or make_clinic()
    for role in roles or (Role.VACCINATOR,):
        Membership.objects.create(staff=staff, clinic=clinic, role=role, valid_from=LONG_AGO)
    return staff


def actor_of(staff: Staff, clinic: Clinic | None = None, role: Role = Role.VACCINATOR) -> Actor:
    """Return a staff user as the one who acts."""
    clinic = clinic or make_clinic()
    return Actor.staff(staff.pk, clinic_id=clinic.pk, role=role.value)


def make_doctor(*, clinic: Clinic | None = None, name: str = "Dr. Lund") -> Staff:
    """Make a clinician who may sign."""
    return make_staff(Role.CLINICIAN, clinic=clinic, name=name, hpr_number="9000011")


def make_product(*, name: str = "Vaksinen", stored_frozen: bool = False) -> Product:
    """Return the product of this name, made when needed."""
    product, _made = Product.objects.get_or_create(
        name=name, defaults={"vial_ml": "0.50", "stored_frozen": stored_frozen}
    )
    return product


def make_window(
    *,
    clinic: Clinic | None = None,
    product: Product | None = None,
    minutes: int = 120,
    now: datetime = BEFORE - timedelta(days=30),
) -> InUseWindow:
    """Sign how long an opened vial may be used at a clinic."""
    clinic = clinic or make_clinic()
    return sign_in_use_window(
        clinic_id=clinic.pk,
        product_id=(product or make_product()).pk,
        minutes=minutes,
        by=actor_of(make_doctor(clinic=clinic), clinic, Role.CLINICIAN),
        now=now,
    )


def make_order(
    *,
    clinic: Clinic | None = None,
    product: Product | None = None,
    valid_from: date = LONG_AGO,
    valid_until: date | None = None,
    text: str = "Vaksiner etter nasjonale råd.",
    by: Staff | None = None,
    now: datetime = BEFORE - timedelta(days=30),
) -> StandingOrder:
    """Sign the order that doses are given on at a clinic."""
    clinic = clinic or make_clinic()
    return sign_standing_order(
        clinic_id=clinic.pk,
        product_id=(product or make_product()).pk,
        text=text,
        valid_from=valid_from,
        valid_until=valid_until,
        by=actor_of(by or make_doctor(clinic=clinic), clinic, Role.CLINICIAN),
        now=now,
    )


def sign_what_is_missing(clinic: Clinic, product: Product, *, on: date, minutes: int = 120) -> None:
    """Sign an in-use window and a standing order for a clinic where there is none."""
    if not InUseWindow.objects.filter(clinic=clinic, product=product).exists():
        make_window(clinic=clinic, product=product, minutes=minutes)
    if standing_order(clinic_id=clinic.pk, product_id=product.pk, on=on) is None:
        make_order(clinic=clinic, product=product)


def make_lot(
    *,
    clinic: Clinic | None = None,
    product: Product | None = None,
    number: str = "4F21",
    expires_on: date = DAY + timedelta(days=13),
    vials: int = 20,
    state: str = Lot.State.USABLE,
    by: Staff | None = None,
) -> Lot:
    """Receive a lot, in time before it expired; asked again for the same number, return that one.

    Another ``state`` than usable is set by itself, without its line in the ledger.
    """
    clinic, product = clinic or make_clinic(), product or make_product()
    known = Lot.objects.filter(clinic=clinic, product=product, number=number).first()
    if known is not None:
        return known
    if not vials:
        return Lot.objects.create(
            clinic=clinic, product=product, number=number, expires_on=expires_on, state=state
        )
    lot = receive(
        clinic_id=clinic.pk,
        product_id=product.pk,
        number=number,
        expires_on=expires_on,
        vials=vials,
        by=actor_of(by, clinic) if by else Actor.system(),
        now=datetime.combine(expires_on, datetime.min.time(), tzinfo=OSLO) - timedelta(days=60),
    )
    if state != lot.state:
        Lot.objects.filter(pk=lot.pk).update(state=state)
        lot.refresh_from_db()
    return lot


def make_thawing(
    *,
    lot: Lot | None = None,
    vials: int = 4,
    use_before: datetime = OPENING + timedelta(days=5),
    for_day: date | None = None,
    by: Staff | None = None,
    now: datetime = OPENING - timedelta(hours=2),
) -> Thawing:
    """Thaw vials of a lot of a product that is stored frozen."""
    lot = lot or make_lot(product=make_product(name="Frossen", stored_frozen=True))
    return thaw(
        lot_id=lot.pk,
        clinic_id=lot.clinic_id,
        vials=vials,
        thawed_at=now,
        use_before=use_before,
        for_day=for_day or oslo_date(now),
        by=actor_of(by or make_staff(clinic=lot.clinic), lot.clinic),
        now=now,
    )


def make_session(
    *,
    clinic: Clinic | None = None,
    starts_at: datetime = OPENING,
    hours: float = 4,
    stations: int = 2,
    slot_minutes: int = 10,
    vials: int = 20,
    groups: Sequence[int] = (1, 2, 3),
    window_minutes: int = 120,
    opened: bool = True,
    now: datetime | None = None,
) -> ClinicSession:
    """Make a session with its slots, open for booking unless told."""
    clinic, product = clinic or make_clinic(), make_product()
    sign_what_is_missing(clinic, product, on=oslo_date(starts_at), minutes=window_minutes)
    now = now or starts_at - timedelta(days=14)
    session = plan_session(
        clinic_id=clinic.pk,
        product_id=product.pk,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        stations=stations,
        slot_minutes=slot_minutes,
        vials_allotted=vials,
        offered_groups=list(groups),
        by=Actor.system(),
        now=now,
    )
    return open_session(session_id=session.pk, by=Actor.system(), now=now) if opened else session


def slot_at(session: ClinicSession, clock: str) -> Slot:
    """Return the slot of a session that starts at a time: ``slot_at(session, "17.40")``."""
    return Slot.objects.get(session=session, starts_at=oslo(session.date, clock))


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
    number = next(_number)
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
    phone = phone or f"+4791{next(_number) % 1_000_000:06}"
    contact = ContactDetails("email", email) if email else ContactDetails("sms", phone)
    return note_interest(
        clinic_id=(clinic or make_clinic()).pk,
        group=group,
        contact=contact,
        language=language,
        now=now,
    )


def make_wait(
    *,
    clinic: Clinic | None = None,
    patient: Patient | None = None,
    decision: Decision | None = None,
    wants_time: bool = True,
    eta_minutes: int | None = None,
    weekdays: Sequence[int] = range(7),
    bands: Sequence[Band] = tuple(Band),
    until: date | None = None,
    quiet: tuple[time, time] | None = None,
    dose_number: int = 1,
    not_before: date | None = None,
    now: datetime = BEFORE,
    **answers: object,
) -> WaitingEntry:
    """Put a person on a waiting list: for any time, and on standby with an ``eta_minutes``."""
    clinic = clinic or make_clinic()
    decision = decision or make_decision(patient=patient, now=now, **answers)
    assert decision.course, "only a decision with a course waits"
    return join(
        patient_id=decision.patient_id,
        clinic_id=clinic.pk,
        decision_id=decision.pk,
        dose_number=dose_number,
        route=decision.course["route"],
        not_before=not_before,
        wish=Wish(
            wants_time=wants_time,
            standby=eta_minutes is not None,
            weekdays=tuple(weekdays),
            bands=tuple(bands),
            until=until or oslo_date(now) + timedelta(days=60),
            eta_minutes=eta_minutes,
            quiet_from=quiet[0] if quiet else None,
            quiet_until=quiet[1] if quiet else None,
        ),
        by=Actor.patient(decision.patient_id),
        now=now,
    )


def make_ask(
    appointment: Appointment, *, to: str, answer_by: datetime, now: datetime = BEFORE
) -> MoveAsk:
    """Ask a person about another time of their day, whether or not that saves a vial."""
    session = appointment.slot.session
    repair = Repair.objects.create(
        session=session,
        number=session.repairs.count() + 1,
        started_at=now,
        answer_by=answer_by,
        policy={"window_min": session.window_minutes, **policy_of(session).snapshot()},
        vials_before=2,
    )
    return MoveAsk.objects.create(
        repair=repair,
        appointment=appointment,
        from_slot=appointment.slot,
        to_slot=slot_at(session, to),
        asked_at=now,
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


def make_booking(
    *,
    session: ClinicSession | None = None,
    patient: Patient | None = None,
    decision: Decision | None = None,
    clock: str = "",
    dose_number: int = 1,
    not_before: date | None = None,
    now: datetime | None = None,
    **answers: object,
) -> Appointment:
    """Book a person at a time of a session ("17.40"), or its first free time, as decided."""
    session = session or make_session()
    now = now or min(BEFORE, session.starts_at - timedelta(days=7))
    decision = decision or make_decision(patient=patient, now=now, **answers)
    assert decision.course, "only a decision with a course can be booked"
    return book(
        patient_id=decision.patient_id,
        decision_id=decision.pk,
        slot_id=slot_at(session, clock).pk if clock else _first_free(session),
        route=decision.course["route"],
        dose_number=dose_number,
        not_before=not_before,
        by=Actor.patient(decision.patient_id),
        now=now,
    )


def _first_free(session: ClinicSession) -> UUID:
    for slot in Slot.objects.filter(session=session).prefetch_related("appointments"):
        if len(slot.appointments.all()) < slot.capacity:
            return slot.pk
    raise AssertionError("the session is full")


def make_arrival(
    *, by: Staff | None = None, now: datetime | None = None, **booking: object
) -> Appointment:
    """Book a person, and check them in at their time unless told."""
    appointment = make_booking(**booking)  # type: ignore[arg-type]
    clinic = appointment.slot.session.clinic
    return check_in(
        appointment_id=appointment.pk,
        by=actor_of(by or make_staff(clinic=clinic), clinic),
        now=now or appointment.slot.starts_at,
    )


def make_vial(
    *,
    clinic: Clinic | None = None,
    lot: Lot | None = None,
    by: Staff | None = None,
    now: datetime = OPENING,
    day: date | None = None,
) -> Vial:
    """Open a vial."""
    clinic = clinic or make_clinic()
    lot = lot or make_lot(clinic=clinic)
    sign_what_is_missing(clinic, lot.product, on=oslo_date(now))
    return open_vial(
        clinic_id=clinic.pk,
        lot_id=lot.pk,
        day=day or oslo_date(now),
        by=actor_of(by or make_staff(clinic=clinic), clinic),
        now=now,
    )


def make_dose(
    *,
    patient: Patient | None = None,
    vial: Vial | None = None,
    by: Staff | None = None,
    dose_number: int = 1,
    indication: str = Dose.Indication.PPV,
    route: str = Dose.Route.INTRADERMAL,
    site: str = Dose.Site.LEFT_ARM,
    now: datetime = OPENING,
) -> Dose:
    """Give a person a dose from a vial that is open."""
    vial = vial or make_vial(now=now)
    return give(
        patient_id=(patient or make_patient()).pk,
        vial_id=vial.pk,
        clinic_id=vial.clinic_id,
        dose_number=dose_number,
        indication=indication,
        ordered_route=route,
        route=route,
        site=site,
        previous_dose_on=None,
        by=actor_of(by or make_staff(clinic=vial.clinic), vial.clinic),
        now=now,
    )


@dataclass(frozen=True)
class Day:
    """A clinic day with a nurse, a lot and an open session."""

    clinic: Clinic
    nurse: Staff
    lot: Lot
    session: ClinicSession

    @property
    def by(self) -> Actor:
        """The nurse as the one who acts."""
        return actor_of(self.nurse, self.clinic)


def make_day(**session: object) -> Day:
    """Make a clinic day that is ready to begin."""
    clinic = make_clinic()
    return Day(
        clinic=clinic,
        nurse=make_staff(clinic=clinic),
        lot=make_lot(clinic=clinic),
        session=make_session(clinic=clinic, **session),  # type: ignore[arg-type]
    )
