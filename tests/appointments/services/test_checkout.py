"""From a held place to a booking: who it is for, and whether the place still fits the answers."""

from datetime import date, timedelta

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from appointments.services.booking import (
    AlreadyBookedError,
    DoseGivenError,
    HoldExpiredError,
    cancel,
)
from appointments.services.checkout import Checkout, book_held, still_fits
from appointments.services.holding import current_hold, hold
from audit.domain import Actor
from clinics.models import Clinic
from eligibility.domain.answers import Answers, Gender, Indication, PreviousDose, RiskBehaviour
from eligibility.models import Decision
from eligibility.services.rule_sets import rule_set_in_force
from eligibility.services.screening import Screened
from patients.domain.contact import Contact
from patients.models import Patient
from tests.factories import (
    BEFORE,
    BORN,
    DAY,
    at,
    make_clinic,
    make_dose,
    make_session,
    slot_at,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

BROWSER, OTHER = "a" * 64, "b" * 64
EMAIL = Contact("email", "alice@example.org")
DOSE_IN_NORWAY = {"indication": Indication.PPV, "abroad": False, "documented": True}


def answered(now=BEFORE, **changed):
    """Alice's answers: group 3, two doses in the skin, unless told."""
    answers = Answers(
        **{
            "date_of_birth": BORN,
            "assessed_on": now.date(),
            "gender": Gender.MAN,
            "sex_with_men": True,
            "risk_behaviours": frozenset({RiskBehaviour.CASUAL_SEX}),
            **changed,
        }
    )
    decision = rule_set_in_force(answers.assessed_on).decide(answers)
    return Screened(answers=answers, decision=decision)


def had_dose(days_ago):
    return PreviousDose(given_on=BEFORE.date() - timedelta(days=days_ago), **DOSE_IN_NORWAY)


def hold_for(screened, session, clock="17.00", browser=BROWSER):
    course = screened.decision.course
    hold(
        slot_id=slot_at(session, clock).pk,
        browser_hash=browser,
        route=course.route,
        dose_number=course.next_dose,
        not_before=course.earliest_on if course.next_dose > 1 else None,
        now=BEFORE,
    )
    return current_hold(browser_hash=browser, now=BEFORE)


def book(screened, *, given="Alice", family="Ås", contact=EMAIL, browser=BROWSER, now=BEFORE):
    checkout = Checkout(given_name=given, family_name=family, contact=contact, language="nn")
    return book_held(checkout, screened=screened, browser_hash=browser, now=now)


def test_a_booking_is_for_a_new_patient_with_the_decision_and_what_was_told():
    screened = answered(previous_doses=(had_dose(60),))
    hold_for(screened, make_session())
    booked = book(screened)
    patient, decision = booked.patient, booked.decision
    assert (patient.name, patient.birth_date, patient.email) == ("Alice Ås", BORN, EMAIL.address)
    assert (patient.contact_by, patient.language, patient.phone) == ("email", "nn", "")
    assert (decision.source, decision.priority_group) == ("self", "3")
    assert decision.previous_doses[0]["given_on"] == had_dose(60).given_on.isoformat()
    assert not {"R1", "R2", "R3", "R4"} & set(decision.reasons)
    assert (booked.dose_number, booked.not_before) == (2, BEFORE.date())


def test_the_same_person_is_the_same_patient_however_the_name_is_typed():
    session, screened = make_session(), answered()
    hold_for(screened, session)
    first = book(screened)
    cancel(appointment_id=first.pk, by=Actor.system(), now=BEFORE)
    hold_for(screened, session)
    again = book(
        screened, given="ALICE", family="ås", contact=Contact("email", "Alice@Example.org")
    )
    assert again.patient_id == first.patient_id
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"given": "Emil"},
        {"family": "Berg"},
        {"contact": Contact("email", "bob@example.org")},
        {"contact": Contact("sms", "+4790000001")},
    ],
    ids=["given name", "family name", "address", "channel"],
)
def test_another_name_or_contact_is_another_patient(other):
    session, screened = make_session(), answered()
    hold_for(screened, session)
    book(screened)
    hold_for(screened, session)
    book(screened, **other)
    assert Patient.objects.count() == 2


def test_another_birth_date_behind_the_same_contact_is_another_patient():
    session, screened = make_session(), answered()
    hold_for(screened, session)
    book(screened)
    twin = answered(date_of_birth=date(1992, 2, 29))
    hold_for(twin, session)
    book(twin)
    assert Patient.objects.count() == 2


def test_who_has_an_appointment_for_the_dose_gets_no_second_and_leaves_no_second_decision():
    session, screened = make_session(), answered()
    hold_for(screened, session)
    book(screened)
    hold_for(screened, session, "18.00")
    with pytest.raises(AlreadyBookedError) as refused:
        book(screened)
    assert not isinstance(refused.value, DoseGivenError)
    assert Decision.objects.count() == 1
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 1


def test_who_has_had_the_dose_here_is_not_booked_for_it_again():
    session, screened = make_session(), answered()
    hold_for(screened, session)
    first = book(screened)
    cancel(appointment_id=first.pk, by=Actor.system(), now=BEFORE)
    make_dose(patient=first.patient)
    hold_for(screened, session)
    with pytest.raises(DoseGivenError):
        book(screened)


@pytest.mark.parametrize("minutes", [10, 60])
def test_a_hold_that_ran_out_leaves_no_patient_behind(minutes):
    screened = answered()
    hold_for(screened, make_session())
    with pytest.raises(HoldExpiredError):
        book(screened, now=BEFORE + timedelta(minutes=minutes))
    assert not Patient.objects.exists()


def test_a_time_that_has_begun_is_not_booked_though_it_is_held():
    screened, session = answered(now=at("16.55")), make_session()
    hold(
        slot_id=slot_at(session, "17.00").pk,
        browser_hash=BROWSER,
        route="intradermal",
        dose_number=1,
        not_before=None,
        now=at("16.55"),
    )
    with pytest.raises(HoldExpiredError):
        book(screened, now=at("17.00"))
    assert book(screened, now=at("16.59")).status == Status.BOOKED


def test_another_browsers_hold_is_not_booked():
    screened = answered()
    hold_for(screened, make_session())
    with pytest.raises(HoldExpiredError):
        book(screened, browser=OTHER)


def test_a_held_place_fits_the_answers_it_was_held_for():
    screened = answered()
    assert still_fits(hold_for(screened, make_session()), screened.decision)


@pytest.mark.parametrize(
    "changed",
    [
        {"mpox_symptoms": True},
        {"date_of_birth": date(2012, 1, 1)},
        {"keloid_tendency": True},
        {"risk_behaviours": frozenset()},
        {"on_prep": True},
        {"previous_doses": (had_dose(60),)},
    ],
    ids=["ill", "a child", "another route", "no group", "the hospital's group", "dose 2"],
)
def test_answers_changed_after_the_time_was_chosen_are_not_booked(changed):
    held = hold_for(answered(), make_session(groups=(2, 3)))
    now_answered = answered(**changed)
    assert not still_fits(held, now_answered.decision)
    with pytest.raises(HoldExpiredError):
        book(now_answered)
    assert not Patient.objects.exists()


def test_a_place_for_dose_two_does_not_fit_a_later_first_day():
    session = make_session()
    held = hold_for(answered(previous_doses=(had_dose(22),)), session)
    assert held.not_before == BEFORE.date() + timedelta(days=6)
    assert still_fits(held, answered(previous_doses=(had_dose(22),)).decision)
    assert not still_fits(held, answered(previous_doses=(had_dose(21),)).decision)
    assert not still_fits(held, answered(previous_doses=(had_dose(10),)).decision)


def test_a_place_for_dose_two_held_before_midnight_fits_after_it():
    screened = answered(previous_doses=(had_dose(60),))
    held = hold_for(screened, make_session())
    tomorrow = answered(
        now=BEFORE + timedelta(days=1), previous_doses=screened.answers.previous_doses
    )
    assert tomorrow.decision.course.earliest_on > held.not_before
    assert still_fits(held, tomorrow.decision)


def test_a_second_dose_fits_whatever_groups_are_open_a_first_does_not():
    session = make_session(groups=(1, 3))
    first = hold_for(answered(), session)
    second = hold_for(answered(previous_doses=(had_dose(60),)), session, "18.00", OTHER)
    ClinicSession.objects.filter(pk=session.pk).update(offered_groups=[1])
    assert not still_fits(current_hold(browser_hash=BROWSER, now=BEFORE), answered().decision)
    again = current_hold(browser_hash=OTHER, now=BEFORE)
    assert still_fits(again, answered(previous_doses=(had_dose(60),)).decision)
    assert first.pk != second.pk


def test_a_place_at_the_hospital_does_not_fit_a_municipal_group():
    hospital = make_clinic(slug="fjordby", kind=Clinic.Kind.SPECIALIST)
    held = hold_for(answered(on_prep=True), make_session(clinic=hospital, groups=(1, 3)))
    assert still_fits(held, answered(on_prep=True).decision)
    assert not still_fits(held, answered().decision)
    assert held.date == DAY
