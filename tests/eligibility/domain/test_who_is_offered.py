"""R1-R9: the groups before exposure, and where they are vaccinated."""

from typing import Any

import pytest

from eligibility.domain.answers import Gender, Occupation, RiskBehaviour, Sti
from eligibility.domain.decision import Outcome, Setting
from tests.eligibility.domain.cases import (
    CASUAL,
    MAN_WITH_MEN,
    MARTIN,
    decided,
    exposed,
    kim,
    martin,
)

CHLAMYDIA = frozenset({Sti.CHLAMYDIA})
TRANS = {"gender": Gender.TRANS}
WOMAN = {"gender": Gender.WOMAN}

EXAMPLES: list[tuple[str, str, dict[str, Any], int]] = [
    ("R1", "man with hiv", {**MAN_WITH_MEN, "hiv_positive": True}, 1),
    ("R1", "man on PrEP", {**MAN_WITH_MEN, "on_prep": True}, 1),
    ("R1", "trans person on PrEP", {**TRANS, "sex_with_men": True, "on_prep": True}, 1),
    ("R2", "man who sells sex", {"gender": Gender.MAN, "sells_sex_to_men": True}, 1),
    ("R2", "trans person who sells sex", {**TRANS, "sells_sex_to_men": True}, 1),
    ("R3", "recent chlamydia", {**MARTIN, "sti_last_24_months": CHLAMYDIA}, 2),
    (
        "R3",
        "trans person, recent syphilis",
        {**MARTIN, **TRANS, "sti_last_24_months": frozenset({Sti.SYPHILIS})},
        2,
    ),
    ("R4", "man with men, casual sex", MARTIN, 3),
    ("R4", "trans person, whoever the partners", {**TRANS, "risk_behaviours": CASUAL}, 3),
    ("R6", "test station", {"occupation": Occupation.EXPOSED_HEALTH_WORKER}, 3),
    ("R7", "live virus", {"occupation": Occupation.LIVE_VIRUS_LAB}, 3),
]


@pytest.mark.parametrize(("rule_id", "who", "answers", "group"), EXAMPLES)
def test_a_group_fits(rule_id: str, who: str, answers: dict[str, Any], group: int) -> None:
    decision = decided(kim(**answers))

    assert rule_id in decision.reasons
    assert "R8" not in decision.reasons
    assert decision.priority_group == group
    assert decision.outcome is Outcome.ELIGIBLE


@pytest.mark.parametrize("behaviour", RiskBehaviour)
def test_r4_any_one_risk_behaviour_is_enough(behaviour: RiskBehaviour) -> None:
    decision = decided(kim(**MAN_WITH_MEN, risk_behaviours=frozenset({behaviour})))

    assert "R4" in decision.reasons


NOT_IN_A_GROUP: list[tuple[str, dict[str, Any]]] = [
    ("nothing to tell", {}),
    ("man with men without risk behaviour", MAN_WITH_MEN),
    ("man with hiv without sex with men", {"gender": Gender.MAN, "hiv_positive": True}),
    ("woman with all of it", {**MARTIN, **WOMAN, "on_prep": True, "sells_sex_to_men": True}),
    ("other gender with all of it", {**MARTIN, "gender": Gender.OTHER, "hiv_positive": True}),
    ("sti without risk behaviour", {**MAN_WITH_MEN, "sti_last_24_months": CHLAMYDIA}),
    ("man with risk behaviour, not with men", {"gender": Gender.MAN, "risk_behaviours": CASUAL}),
    ("other health worker", {"occupation": Occupation.OTHER_HEALTH_WORKER}),
]


@pytest.mark.parametrize(("who", "answers"), NOT_IN_A_GROUP)
def test_r8_in_no_group_and_not_exposed_is_not_offered(who: str, answers: dict[str, Any]) -> None:
    decision = decided(kim(**answers))

    assert decision.outcome is Outcome.NOT_OFFERED
    assert decision.reasons == ("R8",)
    assert decision.priority_group is None
    assert decision.indication is None


def test_r8_does_not_hold_for_an_exposed_person() -> None:
    assert "R8" not in decided(kim(exposure=exposed())).reasons


def test_the_best_group_wins_and_all_that_fire_are_reported() -> None:
    everything = martin(
        on_prep=True,
        sells_sex_to_men=True,
        sti_last_24_months=CHLAMYDIA,
        occupation=Occupation.EXPOSED_HEALTH_WORKER,
    )

    decision = decided(everything)

    assert decision.priority_group == 1
    assert decision.reasons == ("R1", "R16", "R2", "R3", "R4", "R6")


@pytest.mark.parametrize(
    ("rule_id", "answers", "setting"),
    [
        ("R9", {**MAN_WITH_MEN, "on_prep": True}, Setting.SPECIALIST),
        ("R9", {"gender": Gender.MAN, "sells_sex_to_men": True}, Setting.SPECIALIST),
        ("R9", {**MARTIN, "sti_last_24_months": CHLAMYDIA}, Setting.MUNICIPAL),
        ("R9", MARTIN, Setting.MUNICIPAL),
        ("R9", {}, None),
    ],
)
def test_r9_the_group_decides_the_setting(
    rule_id: str, answers: dict[str, Any], setting: Setting | None
) -> None:
    assert decided(kim(**answers)).setting is setting


def test_groups_are_reported_for_an_exposed_person_but_decide_nothing() -> None:
    decision = decided(martin(exposure=exposed()))

    assert "R4" in decision.reasons
    assert decision.priority_group is None
    assert decision.setting is None


def test_a7_hiv_never_implies_immunosuppressed() -> None:
    decision = decided(kim(**MAN_WITH_MEN, hiv_positive=True))

    assert decision.flags == ()
    assert "R19" not in decision.reasons
