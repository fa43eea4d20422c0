"""What the answered questions fill in of the contract's answers."""

from datetime import date

import pytest

from eligibility.domain.answers import Allergy, Answers, Contact, Exposure, Immunosuppressed
from eligibility.domain.contract_fields import LAST_DATE, read_date
from eligibility.domain.faults import FaultLog
from eligibility.domain.steps import Pregnancy, Skin, Step, StepValue, answers_of
from tests.eligibility.domain.cases import (
    ADULT,
    ON,
    RULE_SET,
    VACCINATED_AGAINST_SMALLPOX,
    decided,
    kim,
    martin,
)


def filled_in(**given: StepValue) -> Answers:
    """Return the answers of an adult who has answered these steps."""
    steps: dict[Step, StepValue] = {Step[name]: value for name, value in given.items()}
    return answers_of({Step.DATE_OF_BIRTH: ADULT, **steps}, assessed_on=ON)


def test_what_was_not_asked_has_the_contracts_default() -> None:
    assert filled_in() == Answers(date_of_birth=ADULT, assessed_on=ON)


def test_an_answer_fills_in_its_field() -> None:
    told = filled_in(HAD_MPOX=True, ALLERGIES=frozenset({Allergy.OTHER}))

    assert told == kim(had_mpox=True, allergies=frozenset({Allergy.OTHER}))


def test_what_is_ticked_is_true_and_the_rest_is_not() -> None:
    told = filled_in(PREGNANCY=frozenset({Pregnancy.PREGNANT}), SKIN=frozenset(Skin))

    assert told == kim(pregnant=True, keloid_tendency=True, atopic_eczema=True)


def test_an_exposure_has_its_day_and_contact() -> None:
    day = date(2024, 5, 30)

    told = filled_in(EXPOSED=True, EXPOSED_ON=day, CONTACT=Contact.SEXUAL)

    assert told.exposure == Exposure(day, Contact.SEXUAL)


def test_an_exposure_just_told_of_is_of_the_day_itself_and_of_another_kind() -> None:
    assert filled_in(EXPOSED=True).exposure == Exposure(ON, Contact.OTHER)
    assert filled_in(EXPOSED=False, CONTACT=Contact.SEXUAL).exposure is None


@pytest.mark.parametrize(
    "person",
    [
        martin(immunosuppressed=Immunosuppressed.YES),
        martin(**VACCINATED_AGAINST_SMALLPOX),
    ],
    ids=["immunosuppressed alone", "smallpox-vaccinated alone"],
)
def test_r19_needs_both(person: Answers) -> None:
    assert "R19" not in decided(person).reasons


def test_a_decision_names_its_rule_set() -> None:
    assert RULE_SET.decide(martin()).guideline == "fhi-2023-05-23"


def test_the_last_date_that_has_a_dose_2_can_be_read() -> None:
    log = FaultLog(0)

    assert read_date(LAST_DATE.isoformat(), "assessed_on", log) == LAST_DATE
    assert log.faults == []
