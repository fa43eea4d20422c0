"""R30-R36, A1, A5, A6, A13: stops, cautions, flags, and the order of the outcomes."""

from typing import Any

import pytest

from eligibility.domain.answers import Allergy, Immunosuppressed
from eligibility.domain.decision import Flag, Outcome
from tests.eligibility.domain.cases import (
    TEENAGER,
    UNDOCUMENTED,
    decided,
    dose,
    exposed,
    kim,
    martin,
)

CHICKEN = {"allergies": frozenset({Allergy.CHICKEN_PROTEIN})}
OTHER_ALLERGY = {"allergies": frozenset({Allergy.OTHER})}
SYMPTOMS = {"mpox_symptoms": True}
HAD_MPOX = {"had_mpox": True}
FEVER = {"fever_over_38": True}
PREGNANT = {"pregnant": True}
EXPOSED = {"exposure": exposed()}
ONE_DOSE = {"previous_doses": (dose(),)}
REACTION = {**ONE_DOSE, "local_reaction_persists": True}


@pytest.mark.parametrize("allergy", set(Allergy) - {Allergy.OTHER})
def test_r30_each_of_these_allergies_stops_the_vaccine(allergy: Allergy) -> None:
    decision = decided(martin(allergies=frozenset({allergy, Allergy.OTHER})))

    assert "R30" in decision.reasons
    assert decision.outcome is Outcome.CONTRAINDICATED


@pytest.mark.parametrize(
    ("rule_id", "answers", "outcome"),
    [
        ("R31", FEVER, Outcome.DEFER),
        ("R32", SYMPTOMS, Outcome.SEEK_CARE),
        ("R33", HAD_MPOX, Outcome.NOT_NEEDED),
        ("R34", REACTION, Outcome.DEFER),
        ("A1", PREGNANT, Outcome.CLINICIAN_REVIEW),
        ("A5", {"date_of_birth": TEENAGER}, Outcome.CLINICIAN_REVIEW),
        ("A6", OTHER_ALLERGY, Outcome.CLINICIAN_REVIEW),
    ],
)
def test_a_person_in_a_group_is_stopped(
    rule_id: str, answers: dict[str, Any], outcome: Outcome
) -> None:
    decision = decided(martin(**answers))

    assert rule_id in decision.reasons
    assert decision.outcome is outcome


def test_r34_needs_a_counted_dose() -> None:
    without_dose = decided(martin(local_reaction_persists=True))
    not_counted = decided(martin(previous_doses=(UNDOCUMENTED,), local_reaction_persists=True))

    assert "R34" not in without_dose.reasons + not_counted.reasons
    assert without_dose.outcome is Outcome.ELIGIBLE


def test_a1_needs_an_indication() -> None:
    decision = decided(kim(**PREGNANT))

    assert "A1" not in decision.reasons
    assert decision.outcome is Outcome.NOT_OFFERED


def test_a5_under_18_without_an_indication_is_not_offered() -> None:
    decision = decided(kim(date_of_birth=TEENAGER))

    assert "A5" not in decision.reasons
    assert decision.outcome is Outcome.NOT_OFFERED


def test_a5_does_not_hold_for_an_exposed_minor() -> None:
    decision = decided(kim(date_of_birth=TEENAGER, **EXPOSED))

    assert "A5" not in decision.reasons
    assert "R26" in decision.reasons


# Each row's answers fire its rule and all below it in the same column of the order.
ORDER: list[tuple[str, dict[str, Any], Outcome]] = [
    ("symptoms before exposure", {**EXPOSED, **SYMPTOMS, **CHICKEN}, Outcome.SEEK_CARE),
    ("symptoms without a group", SYMPTOMS, Outcome.SEEK_CARE),
    ("exposed, allergy first", {**EXPOSED, **CHICKEN, **HAD_MPOX}, Outcome.CONTRAINDICATED),
    ("exposed, had mpox", {**EXPOSED, **HAD_MPOX}, Outcome.NOT_NEEDED),
    ("exposed, mpox after dose", {**EXPOSED, "mpox_after_dose": True}, Outcome.NOT_NEEDED),
    ("exposed with fever", {**EXPOSED, **FEVER}, Outcome.CLINICIAN_REVIEW),
    ("no group before allergy", {**CHICKEN, **HAD_MPOX}, Outcome.NOT_OFFERED),
    ("allergy with an earlier dose", {**ONE_DOSE, **CHICKEN}, Outcome.CONTRAINDICATED),
    (
        "allergy with an uncounted dose",
        {"previous_doses": (UNDOCUMENTED,), **CHICKEN},
        Outcome.CONTRAINDICATED,
    ),
    ("had mpox before review", {**ONE_DOSE, **HAD_MPOX, **PREGNANT}, Outcome.NOT_NEEDED),
    ("review before fever", {**ONE_DOSE, **PREGNANT, **FEVER}, Outcome.CLINICIAN_REVIEW),
    ("fever last", {**ONE_DOSE, **FEVER}, Outcome.DEFER),
]


@pytest.mark.parametrize(("what", "answers", "outcome"), ORDER)
def test_the_first_outcome_that_matches_wins(
    what: str, answers: dict[str, Any], outcome: Outcome
) -> None:
    assert decided(kim(**answers)).outcome is outcome


def test_reasons_list_all_that_fired_whatever_the_outcome() -> None:
    decision = decided(martin(**SYMPTOMS, **CHICKEN, **HAD_MPOX, **PREGNANT, **FEVER))

    assert decision.outcome is Outcome.SEEK_CARE
    assert decision.reasons == ("A1", "R16", "R30", "R31", "R32", "R33", "R4")
    assert decision.priority_group == 3


@pytest.mark.parametrize(
    ("answers", "flag"),
    [
        ({"atopic_eczema": True}, Flag.ATOPIC_ECZEMA),
        ({"keloid_tendency": True}, Flag.KELOID_TENDENCY),
        ({"immunosuppressed": Immunosuppressed.YES}, Flag.IMMUNOSUPPRESSED),
        (PREGNANT, Flag.PREGNANT),
        ({"breastfeeding": True}, Flag.BREASTFEEDING),
        (OTHER_ALLERGY, Flag.OTHER_ALLERGY),
    ],
)
def test_the_nurse_sees_a_flag(answers: dict[str, Any], flag: Flag) -> None:
    assert decided(martin(**answers)).flags == (flag,)


def test_unsure_and_stopping_allergies_are_no_flags() -> None:
    assert decided(martin(**CHICKEN, immunosuppressed=Immunosuppressed.UNSURE)).flags == ()


def test_r35_eczema_is_flagged_and_stops_nobody() -> None:
    assert decided(martin(atopic_eczema=True)).outcome is Outcome.ELIGIBLE


def test_r29_breastfeeding_stops_nobody() -> None:
    assert decided(martin(breastfeeding=True)).outcome is Outcome.ELIGIBLE
