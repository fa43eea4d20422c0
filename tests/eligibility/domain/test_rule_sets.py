"""Rule sets are versioned: a second one stands beside the first."""

from dataclasses import replace
from datetime import date

import pytest

from eligibility.domain.answers import Answers
from eligibility.domain.decision import Decision, Outcome
from eligibility.domain.rules import (
    NoRuleSetInForceError,
    UnknownRuleSetError,
    decide,
    newest_rule_set,
    rule_set_in_force,
    rule_set_named,
)
from tests.eligibility.domain.cases import RULE_SET, kim


def everybody_is_reviewed(answers: Answers) -> Decision:
    return replace(RULE_SET.decide(answers), outcome=Outcome.CLINICIAN_REVIEW)


STRICTER = replace(
    RULE_SET, name="stricter", valid_from=date(2030, 1, 1), decide=everybody_is_reviewed
)
BOTH = (STRICTER, RULE_SET)


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2023, 5, 23), "fhi-2023-05-23"),
        (date(2029, 12, 31), "fhi-2023-05-23"),
        (date(2030, 1, 1), "stricter"),
    ],
)
def test_the_newest_valid_rule_set_is_in_force(on: date, name: str) -> None:
    assert rule_set_in_force(on, BOTH).name == name


def test_no_rule_set_is_in_force_before_the_first() -> None:
    with pytest.raises(NoRuleSetInForceError):
        rule_set_in_force(date(2023, 5, 22))


def test_the_newest_in_the_code_may_not_be_in_force_yet() -> None:
    assert newest_rule_set(BOTH).name == "stricter"


def test_a_rule_set_is_found_by_name() -> None:
    assert rule_set_named("stricter", BOTH) is STRICTER
    assert rule_set_named("fhi-2023-05-23") is RULE_SET


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UnknownRuleSetError):
        rule_set_named("fhi-2022-08-12")


def test_a_second_rule_set_decides_its_own_way() -> None:
    assert decide(kim(), RULE_SET).outcome is Outcome.NOT_OFFERED
    assert decide(kim(), STRICTER).outcome is Outcome.CLINICIAN_REVIEW
