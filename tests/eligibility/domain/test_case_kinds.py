"""Which answers at home lead to a clinician, and as what kind of case."""

from datetime import date, timedelta
from typing import Any

import pytest

from eligibility.domain.answers import Allergy, Answers, Contact, Exposure
from eligibility.domain.case_kinds import case_kind_of
from eligibility.domain.cases import CaseKind
from eligibility.domain.rules import decide
from tests.eligibility.domain.cases import ADULT, MARTIN, ON, RULE_SET

EXPOSED: dict[str, Any] = {"exposure": Exposure(ON - timedelta(days=2), Contact.SEXUAL)}


def kind(born: date = ADULT, **answers: Any) -> CaseKind | None:
    told = Answers(date_of_birth=born, assessed_on=ON, **answers)
    return case_kind_of(decide(told, RULE_SET))


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"allergies": frozenset({Allergy.BENZONASE})},  # R30
        {"had_mpox": True},  # R33
    ],
    ids=["nothing else", "R30", "R33"],
)
def test_whoever_was_exposed_comes_before_a_clinician(answers: dict[str, Any]) -> None:
    assert kind(**EXPOSED, **answers) is CaseKind.PEPV


def test_symptoms_lead_to_a_doctor_at_once_instead() -> None:
    assert kind(**EXPOSED, mpox_symptoms=True) is None
    assert kind(**MARTIN, mpox_symptoms=True) is None


def test_what_the_rules_leave_to_a_clinician_is_a_case_for_review() -> None:
    assert kind(**MARTIN, pregnant=True) is CaseKind.REVIEW


@pytest.mark.parametrize(
    "answers",
    [{}, MARTIN, {**MARTIN, "had_mpox": True}, {**MARTIN, "allergies": {Allergy.BENZONASE}}],
    ids=["not offered", "eligible", "not needed", "contraindicated"],
)
def test_what_the_rules_settle_is_no_case(answers: dict[str, Any]) -> None:
    assert kind(**answers) is None
