"""What never gets better or worse, in every combination of a reduced space of answers.

The properties of test_properties.py are sampled from all answers; here none is left out.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from eligibility.domain.answers import (
    Allergy,
    Answers,
    Gender,
    Immunosuppressed,
    Occupation,
    Sti,
)
from eligibility.domain.decision import Outcome
from tests.eligibility.domain.cases import (
    ADULT,
    BORN_1970,
    CASUAL,
    MARTIN,
    TEENAGER,
    UNDOCUMENTED,
    decided,
    dose,
    exposed,
    kim,
    pepv_dose,
)

YES = {"sex_with_men": True, "sells_sex_to_men": True, "hiv_positive": True, "on_prep": True}
RISKS: dict[str, Any] = {
    **YES,
    "risk_behaviours": CASUAL,
    "sti_last_24_months": frozenset({Sti.SYPHILIS}),
}
STOPS: dict[str, Any] = {
    "allergies": frozenset({Allergy.BENZONASE}),
    "fever_over_38": True,
    "mpox_symptoms": True,
    "had_mpox": True,
    "mpox_after_dose": True,
    "local_reaction_persists": True,
    "pregnant": True,
}
PEOPLE: dict[str, list[Any]] = {
    "date_of_birth": [ADULT, BORN_1970, TEENAGER],
    "previous_doses": [(), (dose(),), (pepv_dose(),), (UNDOCUMENTED,), (dose(80), dose())],
    "exposure": [None, exposed()],
    "immunosuppressed": list(Immunosuppressed),
    "continuing_risk": [False, True],
}


def subsets(answers: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every choice of some of these answers, none and all included."""
    for chosen in product([False, True], repeat=len(answers)):
        yield {key: answers[key] for key, is_in in zip(answers, chosen, strict=True) if is_in}


@pytest.mark.parametrize("gender", Gender)
@pytest.mark.parametrize("occupation", Occupation)
def test_adding_a_risk_never_worsens_the_group(gender: Gender, occupation: Occupation) -> None:
    def group(risks: dict[str, Any]) -> int:
        decision = decided(kim(gender=gender, occupation=occupation, **risks))
        assert (decision.priority_group is None) is (decision.outcome is Outcome.NOT_OFFERED)
        return decision.priority_group or 4

    for risks in subsets(RISKS):
        for added in RISKS.items():
            assert group(risks | dict([added])) <= group(risks), (risks, added)


@pytest.mark.parametrize("in_a_group", [False, True])
def test_adding_a_stop_never_makes_a_person_eligible(in_a_group: bool) -> None:
    for values in product(*PEOPLE.values()):
        person = kim(**(MARTIN if in_a_group else {}), **dict(zip(PEOPLE, values, strict=True)))
        stopped = {
            frozenset(stops): decided(replace(person, **stops)).outcome is Outcome.ELIGIBLE
            for stops in subsets(STOPS)
        }
        for stops, is_eligible in stopped.items():
            for added in STOPS:
                assert is_eligible or not stopped[stops | {added}], (person, stops, added)


def test_every_outcome_is_reached() -> None:
    reached = {
        decided(replace(person, **stops)).outcome
        for person in _people()
        for stops in subsets({key: STOPS[key] for key in ("allergies", "fever_over_38")})
    }

    assert reached == set(Outcome) - {Outcome.SEEK_CARE}
    assert decided(kim(mpox_symptoms=True)).outcome is Outcome.SEEK_CARE


def _people() -> Iterator[Answers]:
    for values in product(*PEOPLE.values()):
        answers = dict(zip(PEOPLE, values, strict=True))
        yield kim(**answers)
        yield kim(**MARTIN, **answers)
