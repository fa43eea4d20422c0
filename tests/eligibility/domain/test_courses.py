"""R16-R27, COMPLETE, A2-A4, A8, A9, A11, A12: how many doses, which way, and when."""

from datetime import date, timedelta
from typing import Any

import pytest

from eligibility.domain.answers import Immunosuppressed, Indication, SmallpoxEvidence
from eligibility.domain.decision import Outcome, Route
from tests.eligibility.domain.cases import (
    ADULT,
    ON,
    TEENAGER,
    UNDOCUMENTED,
    VACCINATED_AGAINST_SMALLPOX,
    decided,
    dose,
    exposed,
    kim,
    martin,
    pepv_dose,
)

UNSURE = {"immunosuppressed": Immunosuppressed.UNSURE}
IMMUNOSUPPRESSED = {"immunosuppressed": Immunosuppressed.YES}
SCAR = {"smallpox_evidence": SmallpoxEvidence.SCAR}
AT_RISK = {"continuing_risk": True}


def test_r16_two_intradermal_doses_28_days_apart() -> None:
    decision = decided(martin())

    assert "R16" in decision.reasons
    assert decision.course is not None
    assert (decision.course.doses, decision.course.next_dose) == (2, 1)
    assert (decision.course.route, str(decision.course.volume_ml)) == (Route.INTRADERMAL, "0.1")
    assert decision.course.min_interval_days == 28
    assert decision.course.earliest_on == ON


@pytest.mark.parametrize("days_ago", [29, 200, 3000])
def test_r17_a_late_dose_2_is_still_dose_2(days_ago: int) -> None:
    decision = decided(martin(previous_doses=(dose(days_ago),)))

    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.course is not None
    assert (decision.course.doses, decision.course.next_dose) == (2, 2)
    assert decision.course.earliest_on == ON


@pytest.mark.parametrize("evidence", set(SmallpoxEvidence) - {SmallpoxEvidence.NONE})
@pytest.mark.parametrize("born", [date(1930, 1, 1), date(1975, 12, 31)])
def test_r18_smallpox_vaccinated_needs_one_dose(born: date, evidence: SmallpoxEvidence) -> None:
    decision = decided(martin(date_of_birth=born, smallpox_evidence=evidence))

    assert "R18" in decision.reasons
    assert "R16" not in decision.reasons
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.course is not None
    assert decision.course.doses == 1


def test_r19_smallpox_vaccinated_and_immunosuppressed_needs_two() -> None:
    decision = decided(martin(**VACCINATED_AGAINST_SMALLPOX, **IMMUNOSUPPRESSED))

    assert {"R18", "R19"} <= set(decision.reasons)
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.course is not None
    assert decision.course.doses == 2


def test_a2_smallpox_vaccinated_and_unsure_is_reviewed_with_two_doses() -> None:
    decision = decided(martin(**VACCINATED_AGAINST_SMALLPOX, **UNSURE))

    assert {"A2", "R18"} <= set(decision.reasons)
    assert decision.outcome is Outcome.CLINICIAN_REVIEW
    assert decision.course is not None
    assert decision.course.doses == 2


def test_a2_unsure_has_no_other_effect() -> None:
    assert decided(martin(**UNSURE)) == decided(martin())


def test_a3_born_1976_or_later_with_smallpox_evidence_is_reviewed_with_two_doses() -> None:
    decision = decided(martin(**SCAR, date_of_birth=date(1976, 1, 1)))

    assert {"A3", "R16"} <= set(decision.reasons)
    assert decision.outcome is Outcome.CLINICIAN_REVIEW
    assert decision.course is not None
    assert decision.course.doses == 2


def test_a4_born_before_1976_without_evidence_is_not_smallpox_vaccinated() -> None:
    decision = decided(martin(date_of_birth=date(1975, 12, 31)))

    assert "R16" in decision.reasons
    assert not {"R18", "A3", "A4"} & set(decision.reasons)


def test_r20_mpox_after_dose_1_means_no_dose_2() -> None:
    decision = decided(martin(previous_doses=(dose(),), mpox_after_dose=True))

    assert "R20" in decision.reasons
    assert decision.outcome is Outcome.NOT_NEEDED
    assert decision.course is None


@pytest.mark.parametrize("days_ago", [3, 28, 90])
def test_r22_pepv_with_continuing_risk_is_offered_dose_2(days_ago: int) -> None:
    decision = decided(kim(**AT_RISK, previous_doses=(pepv_dose(days_ago),)))

    assert {"R21", "R22", "R8"} <= set(decision.reasons)
    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.indication is Indication.PEPV
    assert decision.course is not None
    assert (decision.course.doses, decision.course.next_dose) == (2, 2)
    assert decision.course.route is Route.SUBCUTANEOUS
    assert decision.course.earliest_on == max(ON, ON + timedelta(days=28 - days_ago))


@pytest.mark.parametrize(
    "answers",
    [
        {"continuing_risk": False},
        {"mpox_symptoms": True},
        {"exposure": exposed()},
        {"previous_doses": (dose(),)},
        {"previous_doses": (pepv_dose(80), pepv_dose())},
    ],
)
def test_r22_does_not_hold(answers: dict[str, Any]) -> None:
    case = kim(**({**AT_RISK, "previous_doses": (pepv_dose(),)} | answers))

    assert "R22" not in decided(case).reasons


def test_r23_smallpox_vaccinated_needs_no_second_pepv_dose() -> None:
    after_dose_1 = decided(
        kim(**VACCINATED_AGAINST_SMALLPOX, **AT_RISK, previous_doses=(pepv_dose(),))
    )
    newly_exposed = decided(kim(**VACCINATED_AGAINST_SMALLPOX, exposure=exposed()))

    assert {"R23", "COMPLETE"} <= set(after_dose_1.reasons)
    assert after_dose_1.outcome is Outcome.NOT_NEEDED
    assert "R23" in newly_exposed.reasons


def test_r23_does_not_hold_for_the_immunosuppressed() -> None:
    decision = decided(
        kim(
            **VACCINATED_AGAINST_SMALLPOX,
            **IMMUNOSUPPRESSED,
            **AT_RISK,
            previous_doses=(pepv_dose(),),
        )
    )

    assert "R23" not in decision.reasons
    assert decision.outcome is Outcome.ELIGIBLE


@pytest.mark.parametrize(
    ("rule_id", "answers"),
    [("R25", {"keloid_tendency": True}), ("R27", {"date_of_birth": TEENAGER})],
)
def test_a_full_dose_under_the_skin_instead_of_intradermal(
    rule_id: str, answers: dict[str, Any]
) -> None:
    decision = decided(martin(**answers))

    assert rule_id in decision.reasons
    assert decision.course is not None
    assert decision.course.route is Route.SUBCUTANEOUS
    assert str(decision.course.volume_ml) == "0.5"


@pytest.mark.parametrize(("rule_id"), ["R26", "R27"])
@pytest.mark.parametrize(
    ("born", "on", "holds"),
    [
        (date(2006, 6, 2), ON, True),
        (date(2006, 6, 1), ON, False),
        (date(2004, 2, 29), date(2022, 2, 28), True),
        (date(2004, 2, 29), date(2022, 3, 1), False),
    ],
)
def test_under_18_ends_on_the_birthday(rule_id: str, born: date, on: date, holds: bool) -> None:
    decision = decided(kim(date_of_birth=born, assessed_on=on))

    assert (rule_id in decision.reasons) is holds


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("two PPV doses", {"previous_doses": (dose(80), dose())}),
        ("two doses too close", {"previous_doses": (dose(40), dose(30))}),
        ("one of each indication", {"previous_doses": (pepv_dose(80), dose())}),
        ("one-dose person", {**VACCINATED_AGAINST_SMALLPOX, "previous_doses": (dose(),)}),
    ],
)
def test_complete_whatever_the_indication_and_the_interval(
    who: str, answers: dict[str, Any]
) -> None:
    decision = decided(martin(**answers))

    assert "COMPLETE" in decision.reasons
    assert decision.outcome is Outcome.NOT_NEEDED
    assert decision.course is None


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"previous_doses": (dose(),)},
        {"previous_doses": (dose(), UNDOCUMENTED)},
        {**VACCINATED_AGAINST_SMALLPOX, **IMMUNOSUPPRESSED, "previous_doses": (dose(),)},
    ],
)
def test_complete_does_not_hold(answers: dict[str, Any]) -> None:
    assert "COMPLETE" not in decided(martin(**answers)).reasons


def test_a8_an_undocumented_dose_abroad_is_not_counted_but_reviewed() -> None:
    in_a_group = decided(martin(previous_doses=(UNDOCUMENTED,)))
    in_none = decided(kim(previous_doses=(UNDOCUMENTED,)))

    for decision in (in_a_group, in_none):
        assert "A8" in decision.reasons
        assert decision.outcome is Outcome.CLINICIAN_REVIEW
        assert decision.course is not None
        assert decision.course.next_dose == 1
    assert in_none.indication is None


def test_a9_r41_a_pepv_course_begun_abroad_is_reviewed() -> None:
    decision = decided(kim(**AT_RISK, previous_doses=(pepv_dose(abroad=True),)))

    assert {"A9", "R22"} <= set(decision.reasons)
    assert decision.outcome is Outcome.CLINICIAN_REVIEW
    assert decision.course is not None
    assert decision.course.next_dose == 2


def test_a9_does_not_hold_for_ppv_abroad_or_pepv_here() -> None:
    ppv_abroad = decided(martin(previous_doses=(dose(abroad=True),)))
    pepv_here = decided(kim(**AT_RISK, previous_doses=(pepv_dose(),)))

    assert "A9" not in ppv_abroad.reasons + pepv_here.reasons
    assert ppv_abroad.outcome is Outcome.ELIGIBLE


@pytest.mark.parametrize(("rule_id", "days_ago", "wait"), [("A11", 27, 1), ("A11", 28, 0)])
def test_a11_dose_2_is_never_before_day_28(rule_id: str, days_ago: int, wait: int) -> None:
    course = decided(martin(previous_doses=(dose(days_ago),))).course

    assert course is not None
    assert course.earliest_on == ON + timedelta(days=wait)


def test_a12_a_pepv_dose_then_a_group_without_continuing_risk_is_reviewed_for_ppv() -> None:
    decision = decided(martin(previous_doses=(pepv_dose(),)))

    assert "A12" in decision.reasons
    assert decision.outcome is Outcome.CLINICIAN_REVIEW
    assert (decision.indication, decision.priority_group) == (Indication.PPV, 3)
    assert decision.course is not None
    assert (decision.course.route, decision.course.next_dose) == (Route.INTRADERMAL, 2)


def test_one_pepv_dose_without_continuing_risk_and_group_was_enough() -> None:
    decision = decided(kim(previous_doses=(pepv_dose(),)))

    assert decision.outcome is Outcome.NOT_NEEDED
    assert not {"A12", "COMPLETE"} & set(decision.reasons)


def test_a_ppv_course_continues_for_a_person_who_no_longer_fits_a_group() -> None:
    decision = decided(kim(previous_doses=(dose(),)))

    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.indication is Indication.PPV
    assert decision.priority_group is None
    assert decision.setting is None


def test_a_continuing_pepv_course_hides_the_group() -> None:
    decision = decided(martin(**AT_RISK, previous_doses=(pepv_dose(),), date_of_birth=ADULT))

    assert decision.indication is Indication.PEPV
    assert decision.priority_group is None
    assert "R4" in decision.reasons
