"""How many questions there can be: never fewer than come, and never more from page to page."""

import random
from datetime import date
from typing import Any

import pytest

from eligibility.domain.answers import (
    Allergy,
    Contact,
    Gender,
    Immunosuppressed,
    Indication,
    Occupation,
    PreviousDose,
    RiskBehaviour,
    SmallpoxEvidence,
    Sti,
)
from eligibility.domain.questionnaire import next_step
from eligibility.domain.steps import Pregnancy, Step
from eligibility.services.progress import most_questions

WALKS = 60


def dose(indication, *, abroad=False, documented=True):
    return PreviousDose(date(2020, 1, 1), indication, abroad, documented)


PPV, PEPV = dose(Indication.PPV), dose(Indication.PEPV)
NO_PAPERS = dose(Indication.PEPV, abroad=True, documented=False)
SELDOM = [False] * 6 + [True]
CHOICES: dict[Step, list[Any]] = {
    Step.DATE_OF_BIRTH: [date(1990, 1, 1), date(1960, 1, 1), date(2009, 1, 1)],
    Step.SYMPTOMS: SELDOM,
    Step.EXPOSED: [True, False, False],
    Step.EXPOSED_ON: [date(2026, 1, 1)],
    Step.CONTACT: list(Contact),
    Step.ALLERGIES: [frozenset()] * 6 + [frozenset({Allergy.OTHER}), frozenset(Allergy)],
    Step.HAD_MPOX: SELDOM,
    Step.PREVIOUS_DOSES: [(), (), (PPV,), (PEPV,), (NO_PAPERS,), (PPV, PEPV), (NO_PAPERS, PPV)],
    Step.MPOX_AFTER_DOSE: SELDOM,
    Step.SMALLPOX_EVIDENCE: list(SmallpoxEvidence),
    Step.IMMUNOSUPPRESSED: list(Immunosuppressed),
    Step.CONTINUING_RISK: [True, False],
    Step.OCCUPATION: list(Occupation),
    Step.GENDER: list(Gender),
    Step.SEX_WITH_MEN: [True, False],
    Step.ON_PREP: SELDOM,
    Step.HIV_POSITIVE: SELDOM,
    Step.SELLS_SEX_TO_MEN: SELDOM,
    Step.RISK_BEHAVIOURS: [frozenset(), frozenset({RiskBehaviour.CHEMSEX})],
    Step.STI_LAST_24_MONTHS: [frozenset(), frozenset(Sti)],
    Step.PREGNANCY: [frozenset(), frozenset(Pregnancy)],
    Step.SKIN: [frozenset()],
}


@pytest.mark.parametrize("seed", range(WALKS))
def test_nobody_is_asked_more_than_was_told_and_the_number_never_grows(seed):
    chance = random.Random(seed)
    given: dict[Step, Any] = {}
    told = []
    while (step := next_step(given)) is not None:
        told.append(most_questions(given))
        given[step] = chance.choice(CHOICES[step])
    assert min(told) >= len(given)
    assert told == sorted(told, reverse=True)


def test_the_longest_way_is_somebodys():
    assert most_questions({}) == 20


def test_the_number_falls_as_soon_as_the_way_is_shorter():
    start = {Step.DATE_OF_BIRTH: date(1990, 1, 1), Step.SYMPTOMS: False}
    assert most_questions(start | {Step.EXPOSED: True}) < most_questions(start)
    assert most_questions(start | {Step.SYMPTOMS: True}) == 2
