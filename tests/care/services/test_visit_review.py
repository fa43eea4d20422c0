"""The clinician is asked during a visit, and the visit goes on as approved."""

from datetime import timedelta
from typing import Any

import pytest

from appointments.models import Appointment
from appointments.services.day import undo_check_in
from appointments.services.moves import ChangedMeanwhileError
from care.services.arrivals import undo_arrival
from care.services.vaccination import Step, rescreen_for, step_of, vaccinate
from care.services.visit_review import (
    NotApprovedError,
    NothingToAskError,
    ask_clinician,
    end_visit,
    go_on_as_approved,
)
from clinics.domain.roles import Role
from clinics.models import Staff
from eligibility.models import Decision, ReviewCase
from eligibility.services import cases
from eligibility.services.decisions import course_of
from tests.factories import (
    OPENING,
    Day,
    actor_of,
    at,
    day_answers,
    make_arrival,
    make_case,
    make_day,
    make_doctor,
    make_dose,
    make_vial,
)
from tests.invariants import assert_integrity
from vaccinations.models import Dose

pytestmark = pytest.mark.django_db
NOW = at("17.42")


@pytest.fixture
def day() -> Day:
    return make_day()


@pytest.fixture
def doctor(day: Day) -> Staff:
    return make_doctor(clinic=day.clinic)


def ask_again(day: Day, waiting: Appointment, now: Any = NOW, **answers: Any) -> Decision:
    assert waiting.patient
    waiting.decision = rescreen_for(
        appointment_id=waiting.pk,
        answers=day_answers(waiting.patient, **answers),
        by=day.by,
        now=now,
    )
    return waiting.decision


def asked(day: Day, **answers: Any) -> Appointment:
    waiting = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    ask_again(day, waiting, **(answers or {"pregnant": True}))
    return waiting


def put(day: Day, waiting: Appointment) -> ReviewCase:
    assert waiting.decision_id
    return ask_clinician(
        appointment_id=waiting.pk, decision_id=waiting.decision_id, by=day.by, now=NOW
    )


def approve(day: Day, doctor: Staff, case: ReviewCase, days: int | None = None) -> Decision:
    by = actor_of(doctor, day.clinic, Role.CLINICIAN)
    course = course_of(case.decision)
    assert course
    cases.claim(case_id=case.pk, by=by, now=NOW)
    return cases.approve(
        case_id=case.pk,
        course=course,
        interval_override_days=days,
        reason="Skal reise.",
        by=by,
        now=NOW,
    )


def go_on(day: Day, waiting: Appointment) -> Decision:
    return go_on_as_approved(appointment_id=waiting.pk, by=day.by, now=NOW)


def test_given_a_review_when_approved_then_the_dose_is_given_without_asking_again(
    day: Day, doctor: Staff
) -> None:
    waiting = asked(day)
    case = put(day, waiting)
    assert (case.kind, case.clinic, case.sent) == ("visit", day.clinic, None)
    approve(day, doctor, case)

    decision = go_on(day, waiting)

    assert step_of(decision, NOW) == Step.GIVE
    assert decision.source == "rescreen"
    vial = make_vial(clinic=day.clinic, lot=day.lot, now=at("17.30"))
    vaccinate(
        appointment_id=waiting.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        by=day.by,
        now=NOW,
    )
    assert_integrity(now=NOW)


def test_given_an_approved_reason_when_asked_again_the_same_day_then_it_does_not_ask_again(
    day: Day, doctor: Staff
) -> None:
    waiting = asked(day)
    approve(day, doctor, put(day, waiting))
    go_on(day, waiting)

    again = ask_again(day, waiting, now=NOW + timedelta(minutes=5), pregnant=True)

    assert again.outcome == "eligible"
    other = ask_again(
        day, waiting, now=NOW + timedelta(minutes=9), pregnant=True, allergies=frozenset({"other"})
    )
    assert other.outcome == "clinician_review", "a new reason asks"


def test_given_a_refusal_then_the_visit_does_not_go_on_whatever_is_answered(
    day: Day, doctor: Staff
) -> None:
    waiting = asked(day)
    case = put(day, waiting)
    by = actor_of(doctor, day.clinic, Role.CLINICIAN)
    cases.claim(case_id=case.pk, by=by, now=NOW)
    cases.refuse(case_id=case.pk, reason="Vent til etter fødselen.", by=by, now=NOW)

    with pytest.raises(NotApprovedError):
        go_on(day, waiting)

    assert ask_again(day, waiting, now=NOW + timedelta(minutes=5)).outcome == "not_offered"


def test_given_two_presses_then_it_is_one_case(day: Day) -> None:
    waiting = asked(day)
    assert put(day, waiting) == put(day, waiting)
    assert ReviewCase.objects.count() == 1


def test_given_nothing_to_ask_then_it_is_refused(day: Day) -> None:
    with pytest.raises(NothingToAskError):
        put(day, asked(day, fever_over_38=True))


def test_given_a_person_who_is_not_waiting_then_it_is_refused(day: Day) -> None:
    waiting = asked(day)
    undo_check_in(appointment_id=waiting.pk, by=day.by, now=NOW)
    with pytest.raises(ChangedMeanwhileError):
        put(day, waiting)


def test_given_an_unanswered_case_then_the_visit_does_not_go_on(day: Day) -> None:
    waiting = asked(day)
    put(day, waiting)
    with pytest.raises(NotApprovedError):
        go_on(day, waiting)


def test_given_other_answers_then_the_case_on_the_old_ones_is_withdrawn(day: Day) -> None:
    waiting = asked(day)
    case = put(day, waiting)

    ask_again(day, waiting, now=NOW + timedelta(minutes=1))

    case.refresh_from_db()
    assert case.state == "withdrawn"


def test_given_a_check_in_taken_back_then_its_case_is_withdrawn(day: Day) -> None:
    waiting = asked(day)
    case = put(day, waiting)

    undo_arrival(appointment_id=waiting.pk, by=day.by, now=NOW)

    case.refresh_from_db()
    assert case.state == "withdrawn"


@pytest.mark.parametrize("asked_first", [True, False])
def test_given_a_person_who_cannot_wait_then_the_case_stays_in_the_queue(
    day: Day, asked_first: bool
) -> None:
    waiting = asked(day)
    if asked_first:
        put(day, waiting)

    end_visit(appointment_id=waiting.pk, reason="clinician_review", by=day.by, now=NOW)

    case = ReviewCase.objects.get()
    assert (case.state, case.decision) == ("open", waiting.decision)


def test_given_a_case_from_home_that_waits_then_the_visits_takes_its_place(day: Day) -> None:
    waiting = asked(day)
    from_home = make_case(clinic=day.clinic, patient=waiting.patient, now=at("12.00"))

    case = put(day, waiting)

    from_home.refresh_from_db()
    assert (from_home.state, case.state) == ("withdrawn", "open")


def test_given_a_shorter_interval_from_the_clinician_then_the_dose_is_given_and_explained(
    day: Day, doctor: Staff
) -> None:
    waiting = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    earlier = OPENING - timedelta(days=21)
    make_dose(patient=waiting.patient, vial=make_vial(clinic=day.clinic, now=earlier), now=earlier)
    ask_again(day, waiting, pregnant=True)
    approve(day, doctor, put(day, waiting), days=21)
    decision = go_on(day, waiting)

    given = vaccinate(
        appointment_id=waiting.pk,
        decision_id=decision.pk,
        vial_id=make_vial(clinic=day.clinic, lot=day.lot, now=at("17.30")).pk,
        site=Dose.Site.LEFT_ARM,
        by=day.by,
        now=NOW,
    ).dose

    assert (given.within_limits, given.override_by) == (False, doctor)
    assert given.override_reason == "Skal reise."
    assert_integrity(now=NOW)


def test_given_an_exposed_person_who_was_approved_when_asked_then_the_dose_is_under_the_skin(
    day: Day, doctor: Staff
) -> None:
    """The day of the exposure stands in the case from home."""
    case = make_case(
        clinic=day.clinic, exposed_on=day.session.date - timedelta(days=2), now=at("12.00")
    )
    approved = approve(day, doctor, case)
    waiting = make_arrival(session=day.session, clock="17.40", decision=approved, by=day.nurse)

    decision = ask_again(day, waiting)

    assert decision.outcome == "eligible"
    assert (decision.indication, decision.course["route"]) == ("pepv", "subcutaneous")


def test_given_a_check_in_taken_back_then_what_a_clinician_approved_on_it_does_not_stay(
    day: Day, doctor: Staff
) -> None:
    """It may have been somebody else who came and answered."""
    waiting = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    booked = waiting.decision_id
    ask_again(day, waiting, pregnant=True)
    approve(day, doctor, put(day, waiting))
    go_on(day, waiting)

    undo_arrival(appointment_id=waiting.pk, by=day.by, now=NOW)

    waiting.refresh_from_db()
    assert waiting.decision_id == booked
