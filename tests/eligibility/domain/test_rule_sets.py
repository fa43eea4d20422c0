"""Rule sets are versioned: a second one stands beside the first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility.domain.answers import Answers
from eligibility.domain.decision import Outcome
from eligibility.domain.rescreen import rescreen
from eligibility.domain.rules import (
    InForce,
    NoRuleSetInForceError,
    PutInForce,
    RuleSet,
    UnknownRuleSetError,
    decide,
    first_rule_set,
    in_force,
    newest_rule_set,
    rule_set_in_force,
    rule_set_named,
    rule_sets,
    standing,
)
from tests.eligibility.domain.cases import ON, RULE_SET, any_answers, decided, kim, martin
from tests.eligibility.domain.test_rescreen import today
from tests.eligibility.invented import FIRST, HOLDS_FROM, INVENTED

MARCH = date(2026, 3, 1)


def put(name: str, day: date, revision: int = 1) -> PutInForce:
    return PutInForce(rule_set=name, from_date=day, revision=revision)


@pytest.mark.parametrize("on", [date(2023, 5, 23), date(2029, 12, 31)])
def test_the_first_rule_set_is_in_force_from_its_own_day_where_nobody_put_another(on: date) -> None:
    assert rule_set_in_force(on) is RULE_SET


def test_no_rule_set_is_in_force_before_the_first() -> None:
    with pytest.raises(NoRuleSetInForceError):
        rule_set_in_force(date(2023, 5, 22))


def test_a_new_rule_set_in_the_code_decides_nothing_by_itself(invented: RuleSet) -> None:
    assert rule_set_in_force(HOLDS_FROM + timedelta(days=900)) is FIRST


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (MARCH - timedelta(days=1), FIRST.name),
        (MARCH, INVENTED.name),
        (date(2026, 5, 1), INVENTED.name),
        (date(2026, 6, 1), FIRST.name),
    ],
)
def test_the_last_one_put_in_force_decides(on: date, name: str, invented: RuleSet) -> None:
    both = [put(FIRST.name, date(2026, 6, 1)), put(INVENTED.name, MARCH)]

    assert rule_set_in_force(on, both).name == name


def test_it_is_known_since_when_it_is_in_force(invented: RuleSet) -> None:
    assert in_force(ON, []) == InForce(name=FIRST.name, since=date(2023, 5, 23))
    assert in_force(MARCH, [put(INVENTED.name, MARCH)]).since == MARCH
    assert in_force(date(2026, 9, 9), [put(INVENTED.name, MARCH)]).since == MARCH


def test_what_is_taken_back_was_never_in_force(invented: RuleSet) -> None:
    taken_back = [put("", MARCH, 2), put(INVENTED.name, MARCH)]

    assert rule_set_in_force(MARCH, taken_back) is FIRST
    assert standing(taken_back) == []


def test_another_can_be_put_in_its_place(invented: RuleSet) -> None:
    again = [put(INVENTED.name, MARCH, 3), put("", MARCH, 2), put("gone", MARCH)]

    assert rule_set_in_force(MARCH, again) is INVENTED
    assert standing(again) == [again[0]]


def test_one_in_force_that_is_gone_from_the_code_is_named_in_the_error() -> None:
    gone = [put("fhi-2025-02-01", MARCH)]

    assert in_force(MARCH, gone).name == "fhi-2025-02-01"
    with pytest.raises(UnknownRuleSetError, match="no rule set 'fhi-2025-02-01'; it has fhi-2023"):
        rule_set_in_force(MARCH, gone)


def test_the_oldest_and_the_newest_in_the_code_are_found(invented: RuleSet) -> None:
    assert rule_sets() == (FIRST, INVENTED)
    assert first_rule_set() is FIRST
    assert newest_rule_set() is INVENTED


def test_a_rule_set_is_found_by_name(invented: RuleSet) -> None:
    assert rule_set_named(INVENTED.name) is INVENTED
    assert rule_set_named("fhi-2023-05-23") is RULE_SET


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UnknownRuleSetError):
        rule_set_named("fhi-2022-08-12")


def test_a_second_rule_set_decides_its_own_way(invented: RuleSet) -> None:
    decision = decide(martin(), INVENTED)

    assert decided(martin()).outcome is Outcome.ELIGIBLE
    assert decision.outcome is Outcome.CLINICIAN_REVIEW
    assert decision.guideline == INVENTED.name
    assert "R51" in decision.reasons
    assert decide(kim(), INVENTED).outcome is Outcome.NOT_OFFERED


def test_the_visit_is_decided_by_the_rule_set_that_is_given(invented: RuleSet) -> None:
    at_home = decided(martin())

    assert rescreen(at_home, today(), [], ON).outcome is Outcome.ELIGIBLE
    assert rescreen(at_home, today(), [], ON, INVENTED).guideline == INVENTED.name


@settings(deadline=None, max_examples=100)
@given(answers=any_answers(), rules=st.sampled_from(rule_sets()))
def test_every_decision_names_the_rule_set_that_made_it(answers: Answers, rules: RuleSet) -> None:
    assert decide(answers, rules).guideline == rules.name


@settings(deadline=None, max_examples=100)
@given(any_answers())
def test_rules_that_agree_give_the_same_decision(answers: Answers) -> None:
    twin = replace(RULE_SET, name="twin")

    assert decide(answers, twin) == decided(answers)
