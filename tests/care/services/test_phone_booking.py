"""Booking for a caller: who they are, what stands, and one booking however often it is pressed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import IntegrityError, connection

from appointments.models import Appointment
from appointments.selectors.places import free_places
from appointments.services.booking import DoseGivenError, TooEarlyError, cancel
from appointments.services.seats import SlotUnavailableError
from audit.domain import Actor
from care.services import phone_booking
from care.services.new_contact import note_contact
from care.services.phone_booking import (
    Caller,
    HasTimeError,
    Standing,
    book_by_phone,
    send_case_by_phone,
    standing_of,
)
from eligibility.domain.answers import Answers, Gender, RiskBehaviour
from eligibility.models import Decision
from eligibility.services.rule_sets import rule_set_in_force
from eligibility.services.screening import Screened
from patients.domain.contact import Contact
from patients.models import Patient
from patients.services.links import LinkUnknownError, mint, resolve
from tests.factories import (
    BEFORE,
    BORN,
    OPENING,
    Day,
    at,
    make_booking,
    make_clinic,
    make_day,
    make_decision,
    make_dose,
    make_patient,
    make_session,
    make_vial,
    slot_at,
)
from tests.invariants import assert_integrity

NOW = BEFORE


def caller(**changes):
    alice = {
        "given_name": "Alice",
        "family_name": "Ås",
        "born": BORN,
        "contact": Contact("sms", "+4741234567"),
        "language": "nb",
        "interpreter": "",
        "protected_address": False,
    }
    return Caller(**{**alice, **changes})


def screened(**answers):
    told = Answers(
        **{
            "date_of_birth": BORN,
            "assessed_on": NOW.date(),
            "gender": Gender.MAN,
            "sex_with_men": True,
            "risk_behaviours": frozenset({RiskBehaviour.CASUAL_SEX}),
            **answers,
        }
    )
    return Screened(answers=told, decision=rule_set_in_force(told.assessed_on).decide(told))


def book(day: Day, who: Caller, basis=None, clock="18.10", now=NOW):
    return book_by_phone(
        caller=who,
        basis=basis or screened(),
        slot_id=slot_at(day.session, clock).pk,
        asked_by=day.nurse,
        by=day.by,
        now=now,
    )


@pytest.mark.django_db
def test_the_same_name_and_birth_date_is_the_same_person_where_the_clinic_knows_them(day):
    first = book(day, caller())
    cancel(appointment_id=first.pk, by=day.by, now=NOW)

    second = book(day, caller(given_name="ALICE", contact=None))

    assert second.patient_id == first.patient_id
    assert Patient.objects.get().contact_by == "none"


@pytest.mark.django_db
def test_elsewhere_the_same_contact_is_needed_too(day):
    far = make_session(clinic=make_clinic(slug="ullern", name="Ullern"))
    for phone in ("+4741234567", "+4799999999"):
        known = make_patient(given_name="Alice", family_name="Ås", phone=phone)
        cancel(appointment_id=make_booking(session=far, patient=known).pk, by=day.by, now=NOW)

    booked = book(day, caller(contact=Contact("sms", "+4741234567")))
    other = book(day, caller(contact=Contact("sms", "+4790909090"), family_name="Berg"))

    assert booked.patient.phone == "+4741234567"
    assert Patient.objects.filter(phone_hash=booked.patient.phone_hash).count() == 1
    assert other.patient_id != booked.patient_id


@pytest.mark.django_db
def test_another_birth_date_is_another_person(day):
    book(day, caller())
    book(day, caller(born=BORN + timedelta(days=1)))

    assert Patient.objects.count() == 2


@pytest.mark.django_db
def test_who_has_a_time_is_not_booked_again_and_nothing_is_changed(day):
    first = book(day, caller())

    with pytest.raises(HasTimeError) as told:
        book(day, caller(contact=None, interpreter="arabisk"), clock="18.20")

    assert told.value.appointment == first
    assert Appointment.objects.count() == Decision.objects.count() == 1
    assert Patient.objects.get().interpreter == ""


@pytest.mark.django_db
def test_a_time_of_another_clinic_is_no_time_here(day):
    elsewhere = make_session(clinic=make_clinic(slug="ullern", name="Ullern"))

    with pytest.raises(SlotUnavailableError):
        book_by_phone(
            caller=caller(),
            basis=screened(),
            slot_id=slot_at(elsewhere, "18.10").pk,
            asked_by=day.nurse,
            by=day.by,
            now=NOW,
        )
    assert not Patient.objects.exists()


@pytest.mark.django_db
def test_a_full_time_leaves_nobody_registered(day):
    for _ in range(2):
        make_booking(session=day.session, clock="18.10")
    before = Patient.objects.count()

    with pytest.raises(SlotUnavailableError):
        book(day, caller())

    assert Patient.objects.count() == before
    assert not Decision.objects.filter(source="phone").exists()


# What stands


@pytest.mark.django_db
def test_an_eligible_decision_stands_for_its_next_dose_and_group():
    decision = make_decision()

    standing = standing_of(decision.patient_id)

    assert standing is not None
    wanted = standing.wanted
    assert (wanted.dose_number, wanted.group, wanted.route) == (1, 3, "intradermal")
    assert wanted.not_before is None


@pytest.mark.django_db
def test_after_a_dose_it_stands_for_dose_two_28_days_later_whatever_groups_are_open():
    decision = make_decision()
    make_dose(patient=decision.patient, vial=make_vial(now=OPENING), now=at("17.00"))

    standing = standing_of(decision.patient_id)

    assert standing is not None
    wanted = standing.wanted
    assert (wanted.dose_number, wanted.group) == (2, None)
    assert wanted.not_before == at("17.00").date() + timedelta(days=28)


@pytest.mark.django_db
def test_after_the_only_dose_of_a_course_nothing_stands():
    decision = make_decision()
    make_dose(patient=decision.patient, vial=make_vial(now=OPENING), now=at("17.00"))
    Decision.objects.filter(pk=decision.pk).update(course={**decision.course, "doses": 1})

    assert standing_of(decision.patient_id) is None


@pytest.mark.django_db
@pytest.mark.parametrize("answers", [{"mpox_symptoms": True}, {"pregnant": True}])
def test_a_decision_that_is_not_eligible_does_not_stand(answers):
    decision = make_decision(**answers)

    assert standing_of(decision.patient_id) is None
    assert standing_of(make_patient().pk) is None


@pytest.mark.django_db
def test_dose_two_is_never_booked_before_its_day(day):
    decision = make_decision()
    make_dose(patient=decision.patient, vial=make_vial(now=OPENING), now=at("17.00"))
    standing = standing_of(decision.patient_id)
    assert isinstance(standing, Standing)

    with pytest.raises(TooEarlyError):
        book(
            day,
            caller(patient_id=decision.patient_id),
            basis=standing,
            clock="18.30",
            now=at("17.30"),
        )


@pytest.mark.django_db
def test_a_dose_that_was_given_is_not_booked_again(day):
    known = make_patient(given_name="Alice", family_name="Ås", phone="+4741234567")
    make_dose(patient=known, vial=make_vial(now=OPENING), now=at("17.00"))

    with pytest.raises(DoseGivenError):
        book(day, caller(), now=at("17.30"))


@pytest.mark.django_db
def test_a_case_by_phone_names_who_asked(day):
    told = screened(pregnant=True)

    case = send_case_by_phone(
        caller=caller(contact=None),
        screened=told,
        given={},
        asked_by=day.nurse,
        by=day.by,
        now=NOW,
    )

    assert (case.decision.source, case.decision.decided_by) == ("phone", day.nurse)
    assert_integrity(now=NOW)


@pytest.mark.django_db
def test_the_database_wants_to_know_who_asked():
    decision = make_decision()

    with pytest.raises(IntegrityError, match="decision_by_phone_names_who_asked"):
        Decision.objects.filter(pk=decision.pk).update(source="phone")


# Two at once


@pytest.fixture
def _slow_looks(monkeypatch):
    """Let who found nobody of that name wait a moment for another who looks too."""
    looked, second, look = [], Event(), phone_booking.same_person

    def look_and_linger(*args, **kwargs):
        found = look(*args, **kwargs)
        looked.append(found)
        if len(looked) > 1:
            second.set()
        second.wait(timeout=2)
        return found

    monkeypatch.setattr(phone_booking, "same_person", look_and_linger)


def press_at_once(day):
    """Let two colleagues book the same new caller at the same moment; return how many people."""
    start = Barrier(2)

    def press(clock):
        connection.ensure_connection()
        try:
            start.wait(timeout=30)
            book(day, caller(contact=None), clock=clock)
        except HasTimeError:
            return "has a time"
        else:
            return "booked"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(press, ("18.10", "18.20")))
    return outcomes, Patient.objects.filter(contact_by="none").count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_slow_looks")
def test_pressed_by_two_at_once_a_new_caller_is_one_person_with_one_time():
    day = make_day()

    assert press_at_once(day) == (["booked", "has a time"], 1)
    assert_integrity(now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_slow_looks")
def test_control_without_queueing_up_there_would_be_two(monkeypatch):
    day = make_day()
    monkeypatch.setattr(phone_booking, "one_at_a_time", lambda key: None)

    assert press_at_once(day) == (["booked", "booked"], 2)


@pytest.mark.django_db
def test_a_freed_time_is_free_for_the_next_caller(day):
    booked = book(day, caller())
    cancel(appointment_id=booked.pk, by=Actor.patient(booked.patient_id), now=NOW)

    [found] = free_places(
        day.clinic.pk, route="intradermal", group=3, not_before=NOW.date(), now=NOW
    )
    assert booked.slot_id in {place.slot_id for place in found.places}


@pytest.mark.django_db
def test_who_knows_name_and_birth_date_does_not_move_somebody_who_has_a_time(day):
    """A former partner calls, and wants a case: the messages still go where they went."""
    first = book(day, caller())
    send_case_by_phone(
        caller=caller(contact=Contact("sms", "+4790909090")),
        screened=screened(pregnant=True),
        given={},
        asked_by=day.nurse,
        by=day.by,
        now=NOW,
    )
    assert Patient.objects.get(pk=first.patient_id).phone == "+4741234567"


@pytest.mark.django_db
def test_an_old_contact_is_told_of_what_staff_wrote_down(
    day, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(
        "patients.services.code_messages.send_at_once", lambda **told: sent.append(told)
    )
    first = book(day, caller())
    cancel(appointment_id=first.pk, by=day.by, now=NOW)
    link = mint(
        purpose="appointment", subject_id=first.pk, expires_at=NOW + timedelta(days=9), now=NOW
    )
    with django_capture_on_commit_callbacks(execute=True):
        book(day, caller(contact=Contact("sms", "+4790909090")))
    assert [(one["to"], "vi skriver ikke hit lenger" in one["text"]) for one in sent] == [
        ("+4741234567", True)
    ]
    with pytest.raises(LinkUnknownError):
        resolve(purpose="appointment", token=link, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        note_contact(
            patient_id=first.patient_id,
            contact=Contact("email", "ny@example.org"),
            language="nb",
            by=day.by,
            now=NOW,
        )
    assert (sent[-1]["to"], "i tillegg til denne" in sent[-1]["text"]) == ("+4790909090", True)
    assert len(sent) == 2


@pytest.mark.django_db
def test_who_is_recognised_by_name_loses_no_protection_and_no_interpreter(day):
    first = book(day, caller(interpreter="arabisk", protected_address=True))
    cancel(appointment_id=first.pk, by=day.by, now=NOW)

    again = book(day, caller(interpreter="", protected_address=False))

    assert again.patient_id == first.patient_id
    patient = Patient.objects.get()
    assert (patient.interpreter, patient.protected_address) == ("arabisk", True)
