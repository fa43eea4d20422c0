"""The answers so far: kept in the browser's draft, and decided when no question is left."""

from datetime import date

import pytest
import redis
from django.conf import settings

from audit.domain import Actor
from clinics.domain.roles import Role
from eligibility.domain.answers import Gender, Indication, Occupation, RiskBehaviour
from eligibility.domain.cases import CaseKind
from eligibility.domain.decision import Outcome, Route
from eligibility.domain.steps import Step
from eligibility.services import cases
from eligibility.services.screening import (
    answer,
    begin_anew,
    decline,
    declined_step,
    forget,
    given_so_far,
    needs_guardian,
    renew,
    screened,
)
from patients.services import drafts
from tests.factories import BEFORE, BORN, DAY, actor_of, make_clinic, make_doctor, make_patient
from tests.invariants import assert_integrity

ALICE, BOB = drafts.new_key(), drafts.new_key()

pytestmark = [pytest.mark.usefixtures("valkey"), pytest.mark.django_db]


def answer_until_symptoms_stop(key):
    answer(key, Step.DATE_OF_BIRTH, BORN)
    answer(key, Step.SYMPTOMS, True)


def seconds_left(client):
    [draft] = [name for name in client.keys("draft:*") if name.endswith(b":answers")]
    return client.ttl(draft)


def test_a_browser_without_a_key_has_answered_nothing():
    assert given_so_far(None) == {}
    assert screened(None, now=BEFORE) is None


def test_answers_are_kept_for_their_browser_alone():
    answer(ALICE, Step.DATE_OF_BIRTH, BORN)
    assert answer(ALICE, Step.SYMPTOMS, False) == given_so_far(ALICE)
    assert given_so_far(ALICE) == {Step.DATE_OF_BIRTH: BORN, Step.SYMPTOMS: False}
    assert given_so_far(BOB) == {}


def test_a_new_answer_to_a_question_replaces_the_old_one():
    answer(ALICE, Step.DATE_OF_BIRTH, BORN)
    answer(ALICE, Step.DATE_OF_BIRTH, date(1992, 2, 29))
    assert given_so_far(ALICE) == {Step.DATE_OF_BIRTH: date(1992, 2, 29)}


def test_nothing_is_decided_while_a_question_is_left():
    answer(ALICE, Step.DATE_OF_BIRTH, BORN)
    assert screened(ALICE, now=BEFORE) is None


def test_the_decision_is_made_by_the_rules_in_force_on_the_day_in_oslo():
    answer_until_symptoms_stop(ALICE)
    found = screened(ALICE, now=BEFORE)
    assert found.decision.outcome is Outcome.SEEK_CARE
    assert found.decision.guideline == "fhi-2023-05-23"
    assert found.answers.assessed_on == found.decision.assessed_on == date(2026, 11, 19)
    assert found.answers.date_of_birth == BORN


def test_the_same_answers_are_decided_anew_on_another_day():
    answer_until_symptoms_stop(ALICE)
    assert screened(ALICE, now=BEFORE).decision.assessed_on < DAY


def test_answers_off_the_path_are_not_told_to_the_rules():
    answer(ALICE, Step.GENDER, Gender.MAN)
    answer(ALICE, Step.RISK_BEHAVIOURS, frozenset(RiskBehaviour))
    answer_until_symptoms_stop(ALICE)
    found = screened(ALICE, now=BEFORE)
    assert found.answers.gender is Gender.OTHER
    assert found.answers.risk_behaviours == frozenset()


def test_forgotten_answers_are_gone_and_other_drafts_stay():
    answer_until_symptoms_stop(ALICE)
    drafts.save(ALICE, "checkout", {"given_name": "Alice"})
    forget(ALICE)
    assert given_so_far(ALICE) == {}
    assert drafts.load(ALICE, "checkout") == {"given_name": "Alice"}


def test_who_begins_anew_finds_nothing_of_what_was_filled_in_before():
    answer_until_symptoms_stop(ALICE)
    drafts.save(ALICE, "checkout", {"given_name": "Alice"})
    begin_anew(ALICE)
    assert given_so_far(ALICE) == {}
    assert drafts.load(ALICE, "checkout") == {}


def test_answers_last_half_an_hour_from_the_last_one(valkey):
    answer(ALICE, Step.DATE_OF_BIRTH, BORN)
    assert 1790 < seconds_left(valkey) <= 1800


def test_renewed_answers_last_half_an_hour_from_then(valkey):
    answer(ALICE, Step.DATE_OF_BIRTH, BORN)
    [draft] = [name for name in valkey.keys("draft:*") if name.endswith(b":answers")]
    valkey.expire(draft, 60)
    renew(ALICE)
    assert 1790 < seconds_left(valkey) <= 1800
    assert given_so_far(ALICE) == {Step.DATE_OF_BIRTH: BORN}


def test_there_is_nothing_to_renew_when_the_time_is_over(valkey):
    renew(ALICE)
    assert valkey.keys("*") == []


def test_nobody_can_read_an_answer_in_valkey():
    answer(ALICE, Step.DATE_OF_BIRTH, BORN)
    answer(ALICE, Step.HIV_POSITIVE, True)
    client = redis.from_url(settings.REDIS_URL)
    stored = b"".join(
        client.get(name) or b"" for name in client.keys("*") if client.type(name) == b"string"
    )
    client.close()
    assert stored
    for word in (b"oppfolging", b"hiv", b"true", b"1991", ALICE.encode()):
        assert word not in stored


def answer_until_gender(key):
    answer(key, Step.DATE_OF_BIRTH, BORN)
    for step in (Step.SYMPTOMS, Step.EXPOSED):
        answer(key, step, False)
    answer(key, Step.PREVIOUS_DOSES, ())
    answer(key, Step.OCCUPATION, Occupation.NONE)


def test_who_declines_a_question_is_a_clinicians_to_decide_on():
    answer_until_gender(ALICE)
    decline(ALICE, Step.GENDER)
    found = screened(ALICE, now=BEFORE)
    assert found.declined is Step.GENDER
    assert found.decision.outcome is Outcome.CLINICIAN_REVIEW
    assert (found.decision.indication, found.decision.priority_group) == (Indication.PPV, None)
    course = found.decision.course
    assert (course.doses, course.route, course.next_dose) == (2, Route.INTRADERMAL, 1)
    assert found.answers.gender is Gender.OTHER


def test_a_clinician_who_has_talked_with_them_can_approve_a_course():
    answer_until_gender(ALICE)
    decline(ALICE, Step.GENDER)
    found = screened(ALICE, now=BEFORE)
    case = cases.open_case(
        patient_id=make_patient().pk,
        clinic_id=make_clinic().pk,
        screened=found,
        kind=CaseKind.REVIEW,
        sent=None,
        note="",
        by=Actor.system(),
        now=BEFORE,
    )
    lund = actor_of(make_doctor(), role=Role.CLINICIAN)
    cases.claim(case_id=case.pk, by=lund, now=BEFORE)
    approved = cases.approve(
        case_id=case.pk,
        course=found.decision.course,
        interval_override_days=None,
        reason="",
        by=lund,
        now=BEFORE,
    )
    assert (approved.outcome, approved.indication) == ("eligible", "ppv")
    assert_integrity(now=BEFORE)


def test_a_declined_question_drops_its_earlier_answer():
    answer_until_gender(ALICE)
    answer(ALICE, Step.GENDER, Gender.MAN)
    decline(ALICE, Step.GENDER)
    assert Step.GENDER not in given_so_far(ALICE)


def test_who_answers_after_all_has_declined_nothing():
    answer_until_gender(ALICE)
    decline(ALICE, Step.GENDER)
    answer(ALICE, Step.GENDER, Gender.WOMAN)
    assert declined_step(ALICE) is None
    assert screened(ALICE, now=BEFORE).decision.outcome is Outcome.NOT_OFFERED


def test_a_question_stays_declined_while_others_are_changed():
    answer_until_gender(ALICE)
    decline(ALICE, Step.GENDER)
    answer(ALICE, Step.OCCUPATION, Occupation.OTHER_HEALTH_WORKER)
    renew(ALICE)
    assert declined_step(ALICE) is Step.GENDER


def test_declining_a_question_that_does_not_come_changes_nothing():
    answer_until_symptoms_stop(ALICE)
    decline(ALICE, Step.ON_PREP)
    assert declined_step(ALICE) is None
    assert screened(ALICE, now=BEFORE).decision.outcome is Outcome.SEEK_CARE


def test_a_guardian_is_needed_until_the_day_somebody_is_16():
    assert needs_guardian({Step.DATE_OF_BIRTH: date(2010, 11, 20)}, now=BEFORE)
    assert not needs_guardian({Step.DATE_OF_BIRTH: date(2010, 11, 19)}, now=BEFORE)
    assert not needs_guardian({}, now=BEFORE)
