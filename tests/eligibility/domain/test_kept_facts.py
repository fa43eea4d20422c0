"""What a kept decision still tells at the visit, each fact by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from eligibility.domain.answers import Indication, Occupation, SmallpoxEvidence
from eligibility.domain.decision import Outcome
from eligibility.domain.kept import are_known, is_course
from eligibility.domain.rescreen import rescreen
from eligibility.domain.rules import (
    NoRuleSetInForceError,
    RuleSet,
    UnknownRuleSetError,
    rule_set_in_force,
    rule_set_named,
)
from tests.eligibility.domain.cases import (
    ON,
    TEENAGER,
    UNDOCUMENTED,
    exposed,
    kim,
    martin,
    pepv_dose,
)
from tests.eligibility.domain.test_kept import COURSE
from tests.eligibility.domain.test_rescreen import VISIT, approved, given, kept, today

AFTER_A_DOSE = {"R42", "R46", "R48"}


def test_who_has_had_a_dose_is_told_what_follows_it_even_when_turned_away() -> None:
    ill = today(mpox_symptoms=True)

    dosed = rescreen(kept(martin()), ill, [given(ON)], VISIT)
    undocumented = rescreen(kept(martin(previous_doses=(UNDOCUMENTED,))), ill, [], VISIT)
    neither = rescreen(kept(martin()), ill, [], VISIT)

    assert set(dosed.advice) >= AFTER_A_DOSE
    assert set(undocumented.advice) >= AFTER_A_DOSE
    assert not AFTER_A_DOSE & set(neither.advice)


def test_smallpox_evidence_of_somebody_born_later_is_still_a_reason() -> None:
    at_home = kept(martin(smallpox_evidence=SmallpoxEvidence.SCAR))

    assert "A3" in rescreen(at_home, today(), [], VISIT).reasons


@pytest.mark.parametrize(
    "answers",
    [
        martin(occupation=Occupation.EXPOSED_HEALTH_WORKER),
        kim(occupation=Occupation.OTHER_HEALTH_WORKER, pregnant=True),
        kim(occupation=Occupation.OTHER_HEALTH_WORKER, exposure=exposed()),
    ],
    ids=["by R6", "by the advice R36", "by R15"],
)
def test_a_health_worker_is_still_one(answers: object) -> None:
    decision = rescreen(kept(answers), today(pregnant=True), [], ON + timedelta(days=1))  # type: ignore[arg-type]

    assert "R36" in decision.advice


def test_an_exposed_health_worker_is_still_a_reason() -> None:
    at_home = kept(kim(occupation=Occupation.OTHER_HEALTH_WORKER, exposure=exposed()))

    assert "R15" in rescreen(at_home, today(), [], ON + timedelta(days=1)).reasons


def test_a_risk_that_continues_is_known_by_r22_where_no_course_tells() -> None:
    at_home = kept(martin(previous_doses=(pepv_dose(),), continuing_risk=True))
    untold = replace(at_home, course=None)

    decision = rescreen(untold, today(), [pepv_dose()], VISIT)

    assert "R22" in decision.reasons
    assert decision.indication is Indication.PEPV


def test_a_dose_on_the_day_of_the_exposure_has_answered_it() -> None:
    at_home = approved(kim(exposure=exposed(days_ago=0)))

    decision = rescreen(at_home, today(), [given(ON, Indication.PEPV)], VISIT)

    assert decision.pepv is None
    assert "R10" not in decision.reasons


def test_a_course_of_one_dose_before_exposure_stays_one() -> None:
    at_home = kept(martin())
    assert at_home.course is not None
    one_dose = replace(at_home, course=replace(at_home.course, doses=1), reasons=())

    decision = rescreen(one_dose, today(), [], VISIT)

    assert decision.course is not None
    assert decision.course.doses == 1


def test_a_course_of_one_dose_after_exposure_says_nothing_of_smallpox_vaccine() -> None:
    at_home = approved(kim(exposure=exposed()))
    assert at_home.course is not None
    assert at_home.course.doses == 1

    decision = rescreen(at_home, today(), [], ON + timedelta(days=1))

    assert "R23" not in decision.reasons


def test_a_minor_without_exposure_waits_for_a_clinician() -> None:
    at_home = kept(martin(date_of_birth=TEENAGER))

    decision = rescreen(at_home, today(date_of_birth=TEENAGER), [], VISIT)

    assert decision.outcome is Outcome.CLINICIAN_REVIEW


@pytest.mark.parametrize(("doses", "next_dose"), [(1, 1), (2, 1), (2, 2)])
def test_a_course_counts_its_doses(doses: int, next_dose: int) -> None:
    assert is_course({**COURSE, "doses": doses, "next_dose": next_dose})


@pytest.mark.parametrize(("doses", "next_dose"), [(3, 2), (2, 3), (3, 1), (1, 2)])
def test_there_is_no_course_of_three(doses: int, next_dose: int) -> None:
    assert not is_course({**COURSE, "doses": doses, "next_dose": next_dose})


def test_all_flags_at_once_are_known() -> None:
    everything = [
        *("atopic_eczema", "breastfeeding", "immunosuppressed"),
        *("keloid_tendency", "other_allergy", "pregnant"),
    ]

    assert are_known(group="3", setting="municipal", flags=everything)


def test_an_unknown_rule_set_is_named_beside_those_there_are(invented: RuleSet) -> None:
    with pytest.raises(UnknownRuleSetError) as caught:
        rule_set_named("fhi-1999")

    assert caught.value.name == "fhi-1999"
    assert str(caught.value).endswith(f"it has fhi-2023-05-23, {invented.name}")


def test_a_day_before_all_rule_sets_is_named() -> None:
    with pytest.raises(NoRuleSetInForceError, match="1999"):
        rule_set_in_force(ON.replace(year=1999))
