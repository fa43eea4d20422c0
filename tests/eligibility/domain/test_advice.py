"""R13, R17, R24, R29, R35-R37, R39, R40, R42-R50: who should see which information."""

from typing import Any

import pytest

from eligibility.domain.answers import Allergy, Answers, Immunosuppressed, Occupation
from eligibility.domain.decision import Outcome
from tests.eligibility.domain.cases import (
    TEENAGER,
    VACCINATED_AGAINST_SMALLPOX,
    decided,
    dose,
    exposed,
    kim,
    martin,
    pepv_dose,
)

ABROAD = {"previous_doses": (dose(abroad=True),)}
TWO_DOSES = {"previous_doses": (dose(80), dose())}
STOPPED = {"allergies": frozenset({Allergy.GENTAMICIN})}
FEVER = {"fever_over_38": True}
HEALTH_WORKER = {"occupation": Occupation.OTHER_HEALTH_WORKER}
NEVER = kim()

# id, those who see it, those who do not.
EXAMPLES: list[tuple[str, list[Answers], list[Answers]]] = [
    (
        "R13",
        [kim(exposure=exposed(2)), kim(exposure=exposed(20))],
        [martin(), kim(exposure=exposed(), **STOPPED), kim(exposure=exposed(), mpox_symptoms=True)],
    ),
    (
        "R17",
        [martin(previous_doses=(dose(10),)), martin(previous_doses=(dose(90),))],
        [martin(), martin(**TWO_DOSES)],
    ),
    ("R24", [martin(), martin(**FEVER), martin(pregnant=True)], [NEVER, martin(**STOPPED)]),
    ("R29", [martin(breastfeeding=True)], [martin(), kim(breastfeeding=True)]),
    ("R35", [martin(atopic_eczema=True)], [martin(), kim(atopic_eczema=True)]),
    (
        "R36",
        [
            kim(**HEALTH_WORKER, pregnant=True),
            kim(**HEALTH_WORKER, immunosuppressed=Immunosuppressed.YES),
        ],
        [
            kim(**HEALTH_WORKER),
            kim(pregnant=True),
            kim(**HEALTH_WORKER, immunosuppressed=Immunosuppressed.UNSURE),
            kim(occupation=Occupation.LIVE_VIRUS_LAB, pregnant=True),
        ],
    ),
    ("R37", [martin(), martin(**FEVER)], [NEVER, martin(**STOPPED), martin(**TWO_DOSES)]),
    ("R39", [martin()], [NEVER, martin(had_mpox=True)]),
    ("R40", [martin(**ABROAD), kim(**ABROAD, **STOPPED)], [martin(previous_doses=(dose(),))]),
    ("R42", [martin(), martin(**TWO_DOSES)], [NEVER]),
    (
        "R43",
        [kim(previous_doses=(dose(),), mpox_after_dose=True)],
        [martin(), kim(had_mpox=True, previous_doses=(dose(),))],
    ),
    (
        "R44",
        [martin(), martin(**TWO_DOSES)],
        [NEVER, martin(**VACCINATED_AGAINST_SMALLPOX), kim(exposure=exposed())],
    ),
    ("R45", [martin()], [martin(keloid_tendency=True), kim(exposure=exposed()), NEVER]),
    ("R46", [martin(), kim(exposure=exposed()), martin(**TWO_DOSES)], [NEVER]),
    ("R47", [martin(), kim(exposure=exposed())], [NEVER, martin(**TWO_DOSES)]),
    ("R48", [martin(), martin(**TWO_DOSES)], [NEVER, martin(**STOPPED)]),
    (
        "R49",
        [
            martin(pregnant=True),
            martin(date_of_birth=TEENAGER),
            kim(pregnant=True, exposure=exposed(), **STOPPED),
        ],
        [martin(), kim(pregnant=True)],
    ),
    ("R50", [martin(), kim(exposure=exposed())], [NEVER, martin(**TWO_DOSES)]),
]
ROWS = [(rule_id, case, True) for rule_id, seen, _ in EXAMPLES for case in seen] + [
    (rule_id, case, False) for rule_id, _, unseen in EXAMPLES for case in unseen
]


@pytest.mark.parametrize(("rule_id", "case", "seen"), ROWS)
def test_who_sees_the_advice(rule_id: str, case: Answers, seen: bool) -> None:
    assert (rule_id in decided(case).advice) is seen


def test_a_person_who_is_not_offered_gets_no_advice_on_a_visit() -> None:
    decision = decided(NEVER)

    assert decision.outcome is Outcome.NOT_OFFERED
    assert decision.advice == ()


@pytest.mark.parametrize("rule_id", ["R38", "R41"])
@pytest.mark.parametrize(
    "answers", [{}, ABROAD, {"previous_doses": (pepv_dose(abroad=True),), "continuing_risk": True}]
)
def test_rules_for_staff_are_no_advice(rule_id: str, answers: dict[str, Any]) -> None:
    # R38 binds the journal and the register; R41 is A9's reason to review.
    assert rule_id not in decided(martin(**answers)).advice


def test_advice_is_sorted() -> None:
    advice = decided(martin(pregnant=True, previous_doses=(dose(abroad=True),))).advice

    assert list(advice) == sorted(advice)
    assert len(advice) > 10
