"""A half-finished questionnaire goes to JSON and back."""

import json
from datetime import date

from eligibility.domain.answers import Allergy, Contact, Gender, Occupation
from eligibility.domain.draft import draft_from_json, draft_json
from eligibility.domain.steps import Pregnancy, Skin, Step, StepValue
from tests.eligibility.domain.cases import ADULT, dose, pepv_dose

GIVEN: dict[Step, StepValue] = {
    Step.DATE_OF_BIRTH: ADULT,
    Step.SYMPTOMS: False,
    Step.EXPOSED: True,
    Step.EXPOSED_ON: date(2024, 5, 30),
    Step.CONTACT: Contact.HOUSEHOLD,
    Step.ALLERGIES: frozenset({Allergy.OTHER, Allergy.BENZONASE}),
    Step.PREVIOUS_DOSES: (dose(), pepv_dose(abroad=True)),
    Step.OCCUPATION: Occupation.NONE,
    Step.GENDER: Gender.TRANS,
    Step.PREGNANCY: frozenset({Pregnancy.BREASTFEEDING}),
    Step.SKIN: frozenset({Skin.KELOID_TENDENCY}),
}


def test_answers_so_far_go_to_json_and_back() -> None:
    assert draft_from_json(json.loads(json.dumps(draft_json(GIVEN)))) == GIVEN


def test_what_cannot_be_read_is_asked_again() -> None:
    written = draft_json(GIVEN) | {"kjonn": "mann", "symptomer": 0, "unknown": 3}

    read = draft_from_json(written)

    assert set(GIVEN) - set(read) == {Step.GENDER, Step.SYMPTOMS}
