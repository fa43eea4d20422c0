"""From a case that a clinician approves to the dose that is given for it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appointments.services.day import check_in
from care.services.review import approve_and_book
from care.services.vaccination import rescreen_for, vaccinate
from clinics.domain.roles import Role
from eligibility.domain.answers import Allergy, Immunosuppressed, SmallpoxEvidence
from eligibility.services import cases
from eligibility.services.decisions import course_of
from tests.factories import (
    DAY,
    OPENING,
    actor_of,
    at,
    day_answers,
    make_case,
    make_day,
    make_doctor,
    make_patient,
    make_session,
    make_vial,
)
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    return make_day()


def approved_and_here(day, case, *, interval=None, **course):
    """Approve a case with a time today, and let the person come; return the appointment."""
    lund = actor_of(make_doctor(clinic=day.clinic), role=Role.CLINICIAN)
    cases.claim(case_id=case.pk, by=lund, now=at("15.00"))
    booked = approve_and_book(
        case_id=case.pk,
        course=replace(course_of(case.decision), **course),
        interval_override_days=interval,
        reason="Reiser bort." if interval else "",
        slot_id=day.session.slots.order_by("starts_at")[0].pk,
        by=lund,
        now=at("15.00"),
    )
    check_in(appointment_id=booked.pk, by=day.by, now=at("16.00"))
    return booked


def asked(day, appointment, **answers):
    return rescreen_for(
        appointment_id=appointment.pk,
        answers=day_answers(appointment.patient, **answers),
        by=day.by,
        now=at("16.01"),
    )


def given(day, appointment, decision):
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("16.02"))
    return vaccinate(
        appointment_id=appointment.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site="left_upper_arm",
        by=day.by,
        now=at("16.03"),
    )


@pytest.mark.parametrize("exposed_days_ago", [1, 4, 6])
def test_after_exposure_the_whole_vial_is_given(day, exposed_days_ago):
    exposed_on = DAY - timedelta(days=exposed_days_ago)
    case = make_case(exposed_on=exposed_on, now=at("15.00"), clinic=day.clinic)
    appointment = approved_and_here(day, case)

    decision = asked(day, appointment)
    assert decision.outcome == "eligible", decision.reasons
    dose = given(day, appointment, decision).dose
    assert (dose.route, dose.indication) == ("subcutaneous", "pepv")
    assert_integrity(now=at("16.05"))


def test_dose_two_is_booked_at_the_clinicians_interval(day):
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=21), now=OPENING)
    case = make_case(now=at("15.00"), clinic=day.clinic)
    appointment = approved_and_here(day, case, interval=21)

    decision = asked(day, appointment, allergies=frozenset({Allergy.OTHER}))
    assert decision.outcome == "eligible", decision.reasons
    following = given(day, appointment, decision).next_appointment
    assert following.date == DAY + timedelta(days=21)
    assert_integrity(now=at("16.05"))


def test_one_dose_that_a_clinician_approved_stays_one(day):
    """A2 suggests two; the clinician knows that the immune system is well."""
    case = make_case(
        patient=make_patient(birth_date=date(1970, 5, 4)),
        now=at("15.00"),
        clinic=day.clinic,
        smallpox_evidence=SmallpoxEvidence.SCAR,
        immunosuppressed=Immunosuppressed.UNSURE,
    )
    appointment = approved_and_here(day, case, doses=1)

    decision = asked(day, appointment, immunosuppressed=Immunosuppressed.UNSURE)
    assert (decision.outcome, decision.course["doses"]) == ("eligible", 1)
    assert given(day, appointment, decision).next_appointment is None


def test_one_approved_dose_is_two_for_whom_the_visit_finds_immunosuppressed(day):
    """R19 is news to the clinician who approved one."""
    case = make_case(
        patient=make_patient(birth_date=date(1970, 5, 4)),
        now=at("15.00"),
        clinic=day.clinic,
        smallpox_evidence=SmallpoxEvidence.SCAR,
        immunosuppressed=Immunosuppressed.UNSURE,
    )
    appointment = approved_and_here(day, case, doses=1)

    decision = asked(day, appointment, immunosuppressed=Immunosuppressed.YES)
    assert decision.course["doses"] == 2
