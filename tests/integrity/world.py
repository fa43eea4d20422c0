"""A clinic's weeks with something of everything, all of it sound, made through the services."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from appointments.domain.fees import Fee
from appointments.domain.rearranging import Rearranging
from appointments.domain.session_changes import Wish
from appointments.domain.status import Move, Status
from appointments.models import Appointment, Displaced, Offer
from appointments.services.booking import cancel
from appointments.services.closing import reopen_day
from appointments.services.day import turn_away
from appointments.services.displaced import decline
from appointments.services.fees import note_fees
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
from audit.domain.alarms import Limits
from audit.domain.why import GivenCode
from audit.services.alarms import raise_alarms
from audit.services.giving_reasons import give_reason
from audit.services.sealing import seal_entries
from care.services.closing import end_day
from care.services.reactions import start_anaphylaxis
from care.services.vaccination import rescreen_for, vaccinate
from clinics.domain.roles import Role
from clinics.models import Clinic
from eligibility.services import cases
from eligibility.services.decisions import course_of
from eligibility.services.interests import leave, tell
from notifications.models import Message, SweepRun
from notifications.services.default_words import default_words
from notifications.services.handling import handle
from notifications.services.texts import go_back_to_files, save_texts
from patients.models import ActivatedBrowser, ActivationCode, OneTimeCode, Patient
from patients.services.activations import end_access, hand_over
from patients.services.identity import Shown, check_identity
from patients.services.links import mint
from patients.services.merging import set_apart, set_merged
from patients.services.notes import withdraw_note, write_note
from patients.services.registration import confirm_identity
from patients.services.stops import start_messages, stop_messages
from tests.factories import (
    DAY,
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
    see_id,
    slot_at,
)
from tests.integrity.reminded import make_reminded
from tests.patients.people import SYNTHETIC
from vaccinations.domain.reactions import Kind, Outcome, Seriousness
from vaccinations.domain.registry import ReportKind
from vaccinations.models import Dose
from vaccinations.services.lot_moves import quarantine
from vaccinations.services.reactions import Told, correct_reaction, record_reaction
from vaccinations.services.recalls import recall_lot
from vaccinations.services.registry import mark_registered
from vaccinations.services.stock import write_off
from vaccinations.services.vial_undoing import was_not_opened
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
    _ended(day, by_status[Status.NO_SHOW])
    first, second = _two_doses(day)
    _vials(day)
    _reactions(day, by_status[Status.VACCINATED], first)
    _stock(day, other)
    _recall(day)
    seal_entries(now=NOW)
    _patients(day)
    give_reason(
        patient_id=by_status[Status.BOOKED].patient_id,
        object_id=day.clinic.pk,
        code=GivenCode.CONTACT,
        text="Ringte om en time som var",
        by=day.by,
        now=NOW,
    )
    limits = Limits(people_in_an_hour=40, without_tie_in_a_day=5)
    raise_alarms(now=NOW, limits=limits, zone="Europe/Oslo")
    seal_entries(now=NOW)  # what comes after waits for its seal
    _identity(day, by_status["arrived"])
    _activations(day, by_status["arrived"])
    _cases(day)
    _interests(day)
    _displaced(other)
    _waiting(day)
    _plannings()
    make_reminded(day)
    _messages(day)
    _texts(day)
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


def _ended(day: Day, missed: Appointment) -> None:
    """A day that was ended, reopened and ended again; and somebody who paid."""
    about = {"session_id": missed.slot.session_id, "by": day.by, "now": NOW}
    first = end_day(cases_told=False, **about)
    reopen_day(closing_id=first.pk, reason="En dose manglet.", **about)
    end_day(cases_told=False, **about)
    paid = Appointment.objects.get(slot__session=day.session, status=Status.VACCINATED)
    note_fees(session_id=day.session.pk, fees={paid.pk: Fee.PAID}, by=day.by, now=NOW)


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


def _reactions(day: Day, came: Appointment, reported: Dose) -> None:
    """One that goes on, one that was corrected; a dose that the register knows of."""
    start_anaphylaxis(appointment_id=came.pk, by=day.by, now=NOW)
    told = Told(
        kind=Kind.LOCAL,
        onset_at=LAST_MONTH + timedelta(hours=2),
        onset_has_time=True,
        description="rødt",
        treatment="",
        seriousness=frozenset({Seriousness.NOT_SERIOUS}),
        outcome=Outcome.RECOVERED,
    )
    second = Dose.objects.get(patient=reported.patient, dose_number=2)
    told_now = replace(told, onset_at=second.given_at + timedelta(hours=1))
    one = record_reaction(dose_id=second.pk, told=told_now, by=day.by, now=NOW)
    correct_reaction(
        reaction_id=one.pk, told=replace(told_now, kind=Kind.OTHER), by=day.by, now=NOW
    )
    mark_registered(
        clinic_id=day.clinic.pk,
        doses=[(reported.pk, ReportKind.GIVEN)],
        on=DAY,
        reference="",
        by=day.by,
        now=NOW,
    )


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


def _recall(day: Day) -> None:
    """A vial that was not opened after all, and a recalled lot that somebody had a dose of."""
    where = {"clinic_id": day.clinic.pk, "by": day.by, "now": OPENING}
    unopened = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=OPENING)
    was_not_opened(vial_id=unopened.pk, **where)
    lot = make_lot(clinic=day.clinic, number="TB1")
    make_dose(vial=make_vial(clinic=day.clinic, lot=lot, by=day.nurse, now=OPENING))
    recall_lot(lot_id=lot.pk, reason="Fra produsenten", **where)


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
    """Three rows of one person, two that were parted again, notes, a code and a link."""
    kept, once, twice = (
        make_patient(email=f"{name}@example.org", contact_by="both")
        for name in ("ida", "liv", "eva")
    )
    confirm_identity(
        patient_id=kept.pk,
        id_kind=Patient.IdKind.NATIONAL,
        id_number=SYNTHETIC,
        by=day.by,
        now=NOW,
    )
    kept.refresh_from_db()
    for dropped in (once, twice):
        set_merged(kept=kept, dropped=dropped, reason="told", by=day.by, now=NOW)
    ola, per = make_patient(), make_patient()
    mistake = set_merged(kept=ola, dropped=per, reason="told", by=day.by, now=NOW)
    set_apart(mistake, reason="two_people", by=day.by, now=NOW)
    write_note(patient_id=ola.pk, text="Ring etter kl. 15", by=day.by, now=NOW)
    wrong = write_note(patient_id=per.pk, text="Feil person", by=day.by, now=NOW)
    withdraw_note(note_id=wrong.pk, by=day.by, now=NOW)
    stop_messages(patient_id=once.pk, by=day.by, now=NOW, reason="link")
    for act in (stop_messages, start_messages):
        act(patient_id=ola.pk, by=day.by, now=NOW, reason="link")
    in_time = {"created_at": NOW, "expires_at": NOW + timedelta(minutes=10)}
    OneTimeCode.objects.create(
        contact_hash="a" * 64, browser_hash="b" * 64, code_hash="c" * 64, attempts_left=5, **in_time
    )
    mint(purpose="appointment", subject_id=uuid4(), expires_at=NOW + timedelta(days=1), now=NOW)


def _identity(day: Day, arrived: Appointment) -> None:
    """An ID that corrected a name."""
    patient = arrived.patient
    assert patient
    check_identity(
        patient_id=patient.pk,
        visit_id=arrived.pk,
        document="licence",
        shown=Shown("Alise", "Ås", patient.birth_date, "none", "", "not_shown", "Ali"),
        by=day.by,
        now=NOW,
    )


def _activations(day: Day, arrived: Appointment) -> None:
    """A browser that is let in, one that was ended, a code that waits to be used."""
    people = see_id(make_patient(), now=NOW), see_id(make_patient(), now=NOW), arrived.patient
    for number, person in enumerate(people):
        assert person
        hand_over(patient_id=person.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)
        if person == arrived.patient:
            break
        # Using a code keeps its attempt in a transaction of its own, and the world is in one.
        codes = ActivationCode.objects.filter(patient=person)
        codes.update(used_at=NOW)
        ActivatedBrowser.objects.create(
            patient=person,
            code=codes.get(),
            secret_hash=f"{number:064}",
            pin_hash="d" * 64,
            attempts_left=5,
            created_at=NOW,
            used_at=NOW,
        )
    end_access(patient_id=people[0].pk, by=day.by, now=NOW)


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


def _texts(day: Day) -> None:
    """One that was written, written anew and left for the words of the file; and one in force."""
    given = {"kind": "booked", "language": "en", "by": day.by, "now": NOW}
    words = default_words("booked", "en")
    for seen in (0, 1):
        save_texts(words=replace(words, sms=f"{seen} {words.sms}"), seen=seen, **given)
    go_back_to_files(seen=2, **given)
    save_texts(words=replace(words, subject="Your time"), seen=3, **given)


def _messages(day: Day) -> None:
    """One that is on its way, one that was sent and one that was not, among those that wait.

    Staff have told the person of that one.
    """
    on_its_way, sent, lost = Message.objects.filter(state="waiting", kind="booked")[:3]
    attempt = {"attempts": 1, "attempt_started_at": NOW}
    Message.objects.filter(pk=on_its_way.pk).update(state="claimed", lease_until=NOW, **attempt)
    Message.objects.filter(pk=sent.pk).update(state="sent", ended_at=NOW, **attempt)
    failed = {"state": "failed", "fate": "refused", "ended_at": NOW, **attempt}
    Message.objects.filter(pk=lost.pk).update(**failed)
    handle(message_id=lost.pk, patient_id=None, by=day.by, now=NOW)
    for ended, ok in ((NOW, True), (NOW, False), (None, False)):
        SweepRun.objects.create(
            name=f"{ended} {ok}",
            started_at=NOW,
            ended_at=ended,
            ok=ok,
            fault="" if ok or ended is None else "LookupError at x.py:1",
            last_ok_at=NOW if ok else None,
        )
