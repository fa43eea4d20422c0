"""The answers so far: kept in the browser's draft, and decided when no question is left."""

from datetime import date

import pytest
import redis
from django.conf import settings

from eligibility.domain.answers import Gender, RiskBehaviour
from eligibility.domain.decision import Outcome
from eligibility.domain.steps import Step
from eligibility.services.screening import (
    answer,
    begin_anew,
    forget,
    given_so_far,
    renew,
    screened,
)
from patients.services import drafts
from tests.factories import BEFORE, BORN, DAY

ALICE, BOB = drafts.new_key(), drafts.new_key()

pytestmark = pytest.mark.usefixtures("valkey")


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
