"""A clinic's weeks with something of everything, all of it sound, made through the services."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.domain.status import Move, Status
from appointments.models import Appointment, Displaced, Offer
from appointments.services.booking import cancel
from appointments.services.day import turn_away
from appointments.services.displaced import decline
from appointments.services.holding import hold, release
from appointments.services.missed import note_missed
from appointments.services.moves import move
from appointments.services.offers import answer, offer_free_times
from appointments.services.policies import choose_planning_numbers
from appointments.services.repairs import answer_ask, finish_repair, start_repair
from appointments.services.session_impact import preview, shape_of
from appointments.services.session_rearranging import apply
from appointments.services.standby import invite_standby
from audit.domain import Actor
from care.services.vaccination import rescreen_for, vaccinate
from clinics.domain.roles import Role
from clinics.models import Clinic
from eligibility.services import cases
from eligibility.services.decisions import course_of
from eligibility.services.interests import leave, tell
from notifications.models import Message
from patients.models import OneTimeCode, Patient
from patients.services.links import mint
from patients.services.registration import confirm_identity
from tests.factories import (
    OPENING,
    Day,
    actor_of,
    at,
    day_answers,
    make_arrival,
    make_booking,
    make_case,
    make_clinic,
    make_day,
    make_doctor,
    make_dose,
    make_interest,
    make_lot,
    make_order,
    make_patient,
    make_product,
    make_session,
    make_thawing,
    make_vial,
    make_wait,
    slot_at,
)
from tests.patients.people import SYNTHETIC
from vaccinations.models import Dose
from vaccinations.services.lot_moves import quarantine
from vaccinations.services.stock import write_off
from vaccinations.services.vials import close_as_empty, discard

NOW = at("17.30")
LAST_MONTH = OPENING - timedelta(days=40)


@dataclass(frozen=True)
class World:
    """What the corruptions reach for; everything else is found by queries."""

    day: Day
    other_clinic: Clinic
    by_status: dict[str, Appointment]
    first_dose: Dose
    second_dose: Dose

    def an(self, status: str) -> Appointment:
        """Return an appointment in a state."""
        return self.by_status[status]


def make_world() -> World:
    """Make it, around ``NOW`` on the clinic day."""
    day = make_day()
    choose_planning_numbers(clinic_id=day.clinic.pk, numbers={"margin_min": 15}, by=day.by, now=NOW)
    make_session(starts_at=OPENING + timedelta(days=28), opened=True)
    make_session(starts_at=OPENING + timedelta(days=35), opened=False)
    other = make_clinic(slug="majorstua", name="Majorstua")
    make_lot(clinic=other, number="9X99")
    by_status = {appointment.status: appointment for appointment in _appointments(day)}
    assert set(by_status) == set(Status)
    first, second = _two_doses(day)
    _vials(day)
    _stock(day, other)
    _patients(day)
    _cases(day)
    _interests(day)
    _displaced(other)
    _waiting(day)
    _plannings()
    _messages()
    return World(day, other, by_status, first, second)


def _appointments(day: Day) -> list[Appointment]:
    def arrive(clock: str) -> Appointment:
        return make_arrival(session=day.session, clock=clock, by=day.nurse)

    left, declined = arrive("16.20"), arrive("16.20")
    move(left, Move.LEAVE, ended_at=NOW)
    move(declined, Move.DECLINE, ended_at=NOW)
    turned_away = arrive("16.10")
    turn_away(appointment_id=turned_away.pk, reason="defer", by=day.by, now=at("16.15"))
    cancelled = make_booking(session=day.session)
    cancel(appointment_id=cancelled.pk, by=day.by, now=at("15.00"))
    missed = make_booking(session=make_session(starts_at=OPENING - timedelta(days=7)))
    assert missed.patient_id
    note_missed(patient_id=missed.patient_id, dose_number=1, now=at("15.00"))
    made = [
        *(left, declined, turned_away, cancelled, missed),
        _vaccinated(day),
        arrive("17.20"),
        make_booking(session=day.session, clock="18.00"),
        _held(day, released=True),
        _held(day, released=False),
    ]
    return [Appointment.objects.get(pk=appointment.pk) for appointment in made]


def _plannings() -> None:
    """One day that was planned and moved somebody, one where somebody is asked just now."""
    for days, yes in ((3, True), (4, False)):
        opening = OPENING + timedelta(days=days)
        session = make_session(starts_at=opening)
        now = NOW if not yes else NOW - timedelta(hours=1)
        for minutes in (0, 10, 20, 210):
            clock = (opening + timedelta(minutes=minutes)).strftime("%H.%M")
            booking = make_booking(session=session, clock=clock)
        Appointment.objects.filter(pk=booking.pk).update(movable_bands=["afternoon"])
        repair = start_repair(session_id=session.pk, by=Actor.system(), now=now)
        if yes:
            ask = repair.asks.get()
            answer_ask(ask_id=ask.pk, yes=True, by=Actor.system(), now=now)
            finish_repair(repair_id=repair.pk, now=now)


def _vaccinated(day: Day) -> Appointment:
    """Vaccinate somebody, who gets a place for dose 2 four weeks later."""
    came = make_arrival(session=day.session, clock="16.00", by=day.nurse)
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("16.01"))
    decision = rescreen_for(
        appointment_id=came.pk, answers=day_answers(came.patient), by=day.by, now=at("16.02")
    )
    given = vaccinate(
        appointment_id=came.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site="left_upper_arm",
        by=day.by,
        now=at("16.03"),
    )
    assert given.next_appointment is not None
    return came


def _held(day: Day, *, released: bool) -> Appointment:
    browser = uuid4().hex * 2
    held = hold(
        slot_id=slot_at(day.session, "18.30").pk,
        browser_hash=browser,
        route="intradermal",
        dose_number=1,
        not_before=None,
        now=NOW - timedelta(minutes=2),
    )
    if released:
        release(browser_hash=browser, now=NOW)
    return held


def _two_doses(day: Day) -> tuple[Dose, Dose]:
    patient = make_patient()
    one = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=LAST_MONTH)
    two = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=OPENING)
    first = make_dose(patient=patient, vial=one, by=day.nurse, now=LAST_MONTH)
    second = make_dose(patient=patient, vial=two, by=day.nurse, dose_number=2, now=OPENING)
    return first, second


def _vials(day: Day) -> None:
    """One spent on a whole-vial dose, one thrown away, one empty too soon, one dose voided."""
    whole, thrown_away, empty, open_still = (
        make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=OPENING) for _ in range(4)
    )
    make_dose(vial=whole, by=day.nurse, route=Dose.Route.SUBCUTANEOUS)
    make_dose(vial=thrown_away, by=day.nurse)
    make_dose(vial=empty, by=day.nurse)
    where = {"clinic_id": day.clinic.pk, "by": day.by, "now": NOW}
    discard(vial_id=thrown_away.pk, reason="broken", **where)
    close_as_empty(vial_id=empty.pk, **where)
    voided = make_dose(vial=open_still, by=day.nurse)
    Dose.objects.filter(pk=voided.pk).update(
        voided_at=NOW, voided_by=day.nurse, void_reason="feil person"
    )


def _stock(day: Day, other: Clinic) -> None:
    """A thawing with one vial opened and one lost, a lot in quarantine, an order elsewhere."""
    frozen = make_lot(product=make_product(name="Frossen", stored_frozen=True), number="7F01")
    thawing = make_thawing(lot=frozen)
    make_vial(clinic=day.clinic, lot=frozen, by=day.nurse, now=OPENING)
    doubtful = make_lot(number="5C55")
    where = {"clinic_id": day.clinic.pk, "note": "falt i gulvet", "by": day.by, "now": NOW}
    write_off(lot_id=frozen.pk, vials=1, thawing_id=thawing.pk, **where)
    quarantine(lot_id=doubtful.pk, **where)
    make_order(clinic=other)


def _patients(day: Day) -> None:
    """Three who are one person, a code and a link; everybody else is there already."""
    kept, once, twice = (
        make_patient(email=f"{name}@example.org", contact_by="both")
        for name in ("ida", "liv", "eva")
    )
    Patient.objects.filter(pk=once.pk).update(merged_into=kept)
    Patient.objects.filter(pk=twice.pk).update(merged_into=once)
    confirm_identity(
        patient_id=kept.pk,
        id_kind=Patient.IdKind.NATIONAL,
        id_number=SYNTHETIC,
        by=day.by,
        now=NOW,
    )
    in_time = {"created_at": NOW, "expires_at": NOW + timedelta(minutes=10)}
    OneTimeCode.objects.create(
        contact_hash="a" * 64, browser_hash="b" * 64, code_hash="c" * 64, attempts_left=5, **in_time
    )
    mint(purpose="appointment", subject_id=uuid4(), expires_at=NOW + timedelta(days=1), now=NOW)


def _cases(day: Day) -> None:
    """One that waits, one taken, one approved, one refused, one withdrawn."""
    doctor = actor_of(make_doctor(clinic=day.clinic), day.clinic, Role.CLINICIAN)
    sent = {"pregnant": False}
    waits, taken, approved, refused, withdrawn = (
        make_case(clinic=day.clinic, exposed_on=day.session.date, sent=sent, note="Ring.")
        for _ in range(5)
    )
    for case in (taken, approved, refused):
        cases.claim(case_id=case.pk, by=doctor, now=NOW)
    course = course_of(waits.decision)
    assert course
    cases.approve(
        case_id=approved.pk,
        course=course,
        interval_override_days=None,
        reason="",
        by=doctor,
        now=NOW,
    )
    cases.refuse(case_id=refused.pk, reason="Lav risiko.", by=doctor, now=NOW)
    cases.withdraw(case_id=withdrawn.pk, by=Actor.patient(withdrawn.patient_id), now=NOW)


def _interests(day: Day) -> None:
    """One who waits, one who was told, one who left."""
    _waits, told, left = (make_interest(clinic=day.clinic, now=LAST_MONTH) for _ in range(3))
    tell([told], now=NOW)
    leave(interest_id=left.pk, now=NOW)


def _displaced(other: Clinic) -> None:
    """A day cancelled with people in it: one got a time on another day, and two have none."""
    before = NOW - timedelta(days=1)
    for clinic, weeks in ((None, 3), (other, 3)):
        session = make_session(clinic=clinic, starts_at=OPENING + timedelta(weeks=weeks))
        for _ in range(2 if clinic else 1):
            make_booking(session=session)
        wish = Wish(Rearranging.CANCEL, shape_of(session))
        seen = preview(session_id=session.pk, wish=wish, now=before)
        apply(
            session_id=session.pk,
            wish=wish,
            fingerprint=seen.fingerprint,
            by=Actor.system(),
            now=before,
        )
    settled = Displaced.objects.filter(became_at=None).first()
    assert settled
    decline(displaced_id=settled.pk, by=Actor.system(), now=NOW)


def _waiting(day: Day) -> None:
    """One who cannot come; offers open, taken, declined; a yes and an open call for a vial."""
    make_wait(weekdays=[(OPENING.weekday() + 1) % 7], now=LAST_MONTH)
    takes, declines, _thinks = (make_wait() for _ in range(3))
    offer_free_times(now=NOW)
    for entry, accept in ((takes, True), (declines, False)):
        offer = Offer.objects.get(entry=entry)
        answer(offer_id=offer.pk, accept=accept, by=Actor.patient(entry.patient_id), now=NOW)
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=NOW)
    for _ in range(2):
        make_wait(wants_time=False, eta_minutes=20)
    called, _calls = invite_standby(
        session_id=day.session.pk, vial_id=vial.pk, number=2, by=day.by, now=NOW
    )
    answer(offer_id=called.pk, accept=True, by=Actor.system(), now=NOW)


def _messages() -> None:
    """One that is on its way and one that was sent, among the many that wait."""
    on_its_way, sent = Message.objects.filter(state="waiting", kind="booked")[:2]
    attempt = {"attempts": 1, "attempt_started_at": NOW}
    Message.objects.filter(pk=on_its_way.pk).update(state="claimed", lease_until=NOW, **attempt)
    Message.objects.filter(pk=sent.pk).update(state="sent", ended_at=NOW, **attempt)
