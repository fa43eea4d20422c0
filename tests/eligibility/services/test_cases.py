from dataclasses import replace
from datetime import timedelta

import pytest

from audit.models import AuditEntry
from clinics.domain.roles import Role
from eligibility.domain.cases import CaseMoveNotAllowedError
from eligibility.domain.decision import Route
from eligibility.models import Decision, ReviewCase
from eligibility.services import cases
from eligibility.services.decisions import course_of
from tests.factories import (
    DAY,
    OPENING,
    actor_of,
    make_case,
    make_clinic,
    make_decision,
    make_doctor,
    make_patient,
    make_staff,
)
from tests.invariants import assert_integrity
from vaccinations.services.signing import NoHprNumberError, NotAClinicianError

pytestmark = pytest.mark.django_db

LATER = OPENING + timedelta(minutes=5)


@pytest.fixture
def lund():
    return actor_of(make_doctor(), role=Role.CLINICIAN)


@pytest.fixture
def moe():
    return actor_of(make_doctor(name="Dr. Moe"), role=Role.CLINICIAN)


def approve(case, by, **changes):
    fields = {
        "course": course_of(case.decision),
        "interval_override_days": None,
        "reason": "",
        **changes,
    }
    return cases.approve(case_id=case.pk, by=by, now=LATER, **fields)


def test_a_case_after_exposure_knows_its_days():
    case = make_case(exposed_on=DAY - timedelta(days=1))

    case.refresh_from_db()
    assert (case.kind, case.state, case.window) == ("pepv", "open", "0-4")
    assert case.exposed_on == DAY - timedelta(days=1)
    assert case.prevents_until == case.deadline == DAY + timedelta(days=3)
    assert not case.high_risk
    assert [event.action for event in case.events.all()] == ["open"]


def test_a_pregnant_person_has_until_day_14():
    case = make_case(exposed_on=DAY, pregnant=True)

    assert case.high_risk
    assert case.prevents_until == DAY + timedelta(days=4)
    assert case.deadline == DAY + timedelta(days=14)


def test_a_person_has_one_case_that_waits_and_what_came_with_the_second_is_not_kept():
    first = make_case()

    with pytest.raises(cases.CaseWaitingError) as refused:
        make_case(patient=first.patient)

    assert refused.value.case_id == first.pk
    assert Decision.objects.count() == ReviewCase.objects.count() == 1


def test_after_an_answer_a_person_may_send_another(lund):
    first = make_case()
    cases.claim(case_id=first.pk, by=lund, now=LATER)
    approve(first, lund)

    second = make_case(patient=first.patient, now=LATER)

    assert second.state == "open"


def test_only_a_clinician_with_a_number_in_the_registry_takes_a_case():
    case = make_case()
    nurse = actor_of(make_staff())
    unsigned = actor_of(make_staff(Role.CLINICIAN), role=Role.CLINICIAN)

    with pytest.raises(NotAClinicianError):
        cases.claim(case_id=case.pk, by=nurse, now=LATER)
    with pytest.raises(NoHprNumberError):
        cases.claim(case_id=case.pk, by=unsigned, now=LATER)


def test_an_approval_is_a_signed_decision_beside_the_one_that_was_found(lund):
    case = make_case(sent={"pregnant": False}, note="Ring etter fire.")
    cases.claim(case_id=case.pk, by=lund, now=LATER)

    decision = approve(case, lund)

    case.refresh_from_db()
    found = Decision.objects.get(pk=case.decision_id)
    assert (found.outcome, found.source) == ("clinician_review", "self")
    assert (decision.outcome, decision.source) == ("eligible", "clinician")
    assert decision.reasons == found.reasons
    assert decision.course == found.course
    assert (case.state, case.outcome_id, case.hpr_number) == ("approved", decision.pk, "9000011")
    assert case.decided_by_id == decision.decided_by_id == int(lund.id)
    assert (case.sent, case.note, case.closed_at) == (None, None, LATER)
    assert AuditEntry.objects.filter(action="case.approved", patient_id=case.patient_id).exists()
    assert_integrity(now=LATER)


def test_what_a_person_sent_is_there_while_the_case_waits():
    case = make_case(sent={"pregnant": False}, note="Ring etter fire.")

    case.refresh_from_db()

    assert (case.sent, case.note) == ({"pregnant": False}, "Ring etter fire.")


def test_a_refusal_needs_a_written_reason(lund):
    case = make_case()
    cases.claim(case_id=case.pk, by=lund, now=LATER)

    with pytest.raises(cases.ReasonMissingError):
        cases.refuse(case_id=case.pk, reason=" ", by=lund, now=LATER)
    refusal = cases.refuse(case_id=case.pk, reason="For høy risiko.", by=lund, now=LATER)

    case.refresh_from_db()
    assert (refusal.outcome, refusal.course) == ("not_offered", None)
    assert (case.state, case.reason, case.reason_shown) == ("refused", "For høy risiko.", False)
    assert_integrity(now=LATER)


def test_nobody_decides_a_colleagues_case_unless_they_take_it_over(lund, moe):
    case = make_case()
    cases.claim(case_id=case.pk, by=lund, now=LATER)

    with pytest.raises(cases.NotYourCaseError):
        approve(case, moe)
    with pytest.raises(CaseMoveNotAllowedError):
        cases.claim(case_id=case.pk, by=moe, now=LATER)
    cases.take_over(case_id=case.pk, holder_id=int(lund.id), by=moe, now=LATER)
    with pytest.raises(cases.NotYourCaseError):
        approve(case, lund)
    with pytest.raises(cases.CaseChangedError):
        cases.take_over(case_id=case.pk, holder_id=int(lund.id), by=lund, now=LATER)

    assert approve(case, moe).decided_by_id == int(moe.id)


def test_a_case_that_is_put_back_can_be_taken_by_another(lund, moe):
    case = make_case()
    cases.claim(case_id=case.pk, by=lund, now=LATER)

    cases.release(case_id=case.pk, by=lund, now=LATER)

    assert cases.claim(case_id=case.pk, by=moe, now=LATER).claimed_by_id == int(moe.id)


def test_one_who_is_asked_to_call_keeps_the_clinician(lund):
    case = make_case()
    cases.claim(case_id=case.pk, by=lund, now=LATER)

    asked = cases.ask_to_call(case_id=case.pk, by=lund, now=LATER)

    assert (asked.state, asked.claimed_by_id) == ("asked_to_call", int(lund.id))
    assert approve(case, lund).outcome == "eligible"


def test_a_case_that_is_handed_over_is_the_other_clinics(lund):
    case = make_case()
    other = make_clinic(slug="ullern", name="Ullern")
    cases.claim(case_id=case.pk, by=lund, now=LATER)

    with pytest.raises(cases.SameClinicError):
        cases.hand_over(case_id=case.pk, clinic_id=case.clinic_id, note="", by=lund, now=LATER)
    cases.hand_over(case_id=case.pk, clinic_id=other.pk, note="Bor der.", by=lund, now=LATER)

    case.refresh_from_db()
    assert (case.state, case.clinic_id, case.claimed_by_id) == ("open", other.pk, None)
    assert case.events.last().note == "Bor der."
    with pytest.raises(NotAClinicianError):
        cases.claim(case_id=case.pk, by=lund, now=LATER)


def test_a_person_withdraws_their_case_whoever_has_it(lund):
    case = make_case(sent={"pregnant": True})
    cases.claim(case_id=case.pk, by=lund, now=LATER)

    gone = cases.withdraw(case_id=case.pk, by=lund, now=LATER)

    assert (gone.state, gone.sent) == ("withdrawn", None)
    with pytest.raises(cases.NotYourCaseError):
        approve(case, lund)
    assert_integrity(now=LATER)


@pytest.mark.parametrize("days", [6, 366])
def test_an_interval_of_the_clinicians_own_is_7_to_365_days(lund, days):
    case = make_case()
    cases.claim(case_id=case.pk, by=lund, now=LATER)

    with pytest.raises(cases.IntervalOutOfRangeError):
        approve(case, lund, interval_override_days=days, reason="Reiser bort.")


def test_an_interval_of_the_clinicians_own_needs_a_written_reason(lund):
    case = make_case()
    cases.claim(case_id=case.pk, by=lund, now=LATER)

    with pytest.raises(cases.ReasonMissingError):
        approve(case, lund, interval_override_days=21, reason="")
    decision = approve(case, lund, interval_override_days=21, reason="Reiser bort.")

    assert decision.interval_override_days == 21
    assert decision.course["min_interval_days"] == 28


def test_what_must_go_under_the_skin_is_not_approved_into_it(lund):
    case = make_case(exposed_on=DAY)
    cases.claim(case_id=case.pk, by=lund, now=LATER)
    course = replace(course_of(case.decision), route=Route.INTRADERMAL)

    with pytest.raises(cases.CourseNotAllowedError):
        approve(case, lund, course=course)


def test_a_stop_cannot_be_approved(lund):
    case = make_case(exposed_on=DAY, had_mpox=True)
    cases.claim(case_id=case.pk, by=lund, now=LATER)

    with pytest.raises(cases.NothingToApproveError):
        cases.approve(
            case_id=case.pk,
            course=course_of(make_decision(patient=make_patient())),
            interval_override_days=None,
            reason="",
            by=lund,
            now=LATER,
        )


def test_a_case_that_ended_without_a_decision_has_no_signature(lund):
    case = make_case()
    cases.claim(case_id=case.pk, by=lund, now=LATER)

    cases.close(case_id=case.pk, reason="Vil ikke likevel.", by=lund, now=LATER)

    case.refresh_from_db()
    assert (case.state, case.decided_by_id, case.outcome_id) == ("closed", None, None)
    assert_integrity(now=LATER)
