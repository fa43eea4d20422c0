"""On the day: stops, course and reviews again; group and indication as they were."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from eligibility.domain.answers import (
    Allergy,
    Answers,
    DayAnswers,
    Immunosuppressed,
    Indication,
    Occupation,
    PreviousDose,
)
from eligibility.domain.decision import Decision, Flag, Outcome, Route, Setting, to_keep
from eligibility.domain.rescreen import as_approved, as_refused, rescreen
from eligibility.domain.rules import NoRuleSetInForceError
from tests.eligibility.domain.cases import (
    ADULT,
    MAN_WITH_MEN,
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

VISIT = ON + timedelta(days=7)


def today(**answers: Any) -> DayAnswers:
    """Answer no to everything at the visit, with changes."""
    nothing: dict[str, Any] = {
        "date_of_birth": ADULT,
        "pregnant": False,
        "breastfeeding": False,
        "immunosuppressed": Immunosuppressed.NO,
        "allergies": frozenset(),
        "fever_over_38": False,
        "mpox_symptoms": False,
        "had_mpox": False,
        "keloid_tendency": False,
        "atopic_eczema": False,
        "mpox_after_dose": False,
        "local_reaction_persists": False,
    }
    return DayAnswers(**(nothing | answers))


def kept(answers: Answers) -> Decision:
    """Decide at home and keep what may be kept."""
    return to_keep(decided(answers))


def approved(answers: Answers) -> Decision:
    """Decide at home, and let a clinician approve the review."""
    decision = kept(answers)
    assert decision.outcome is Outcome.CLINICIAN_REVIEW
    return replace(decision, outcome=Outcome.ELIGIBLE)


def given(on: date, indication: Indication = Indication.PPV) -> PreviousDose:
    return PreviousDose(on, indication, abroad=False, documented=True)


def test_no_day_answer_is_pre_filled() -> None:
    with pytest.raises(TypeError):
        DayAnswers(date_of_birth=ADULT)  # type: ignore[call-arg]


def test_a_healthy_person_is_still_eligible_with_group_setting_and_indication() -> None:
    at_home = kept(kim(**MAN_WITH_MEN, on_prep=True))

    decision = rescreen(at_home, today(), [], VISIT)

    assert decision.outcome is Outcome.ELIGIBLE
    assert (decision.priority_group, decision.setting) == (1, Setting.SPECIALIST)
    assert decision.indication is Indication.PPV
    assert decision.assessed_on == VISIT
    assert decision.course is not None
    assert decision.course.earliest_on == VISIT
    assert decision.reasons == ("R16",)


@pytest.mark.parametrize(
    ("rule_id", "answers", "outcome"),
    [
        ("R30", {"allergies": frozenset({Allergy.BENZONASE})}, Outcome.CONTRAINDICATED),
        ("R31", {"fever_over_38": True}, Outcome.DEFER),
        ("R32", {"mpox_symptoms": True}, Outcome.SEEK_CARE),
        ("R33", {"had_mpox": True}, Outcome.NOT_NEEDED),
        ("A1", {"pregnant": True}, Outcome.CLINICIAN_REVIEW),
        ("A6", {"allergies": frozenset({Allergy.OTHER})}, Outcome.CLINICIAN_REVIEW),
    ],
)
def test_what_is_new_on_the_day_counts(
    rule_id: str, answers: dict[str, Any], outcome: Outcome
) -> None:
    decision = rescreen(kept(martin()), today(**answers), [], VISIT)

    assert rule_id in decision.reasons
    assert decision.outcome is outcome


def test_a_stop_told_at_home_and_gone_on_the_day_stops_no_longer() -> None:
    at_home = kept(martin(pregnant=True))

    assert rescreen(at_home, today(), [], VISIT).outcome is Outcome.ELIGIBLE


def test_an_approved_review_does_not_ask_again() -> None:
    at_home = approved(martin(pregnant=True))

    decision = rescreen(at_home, today(pregnant=True), [], VISIT)

    assert decision.outcome is Outcome.ELIGIBLE
    assert "A1" in decision.reasons
    assert decision.flags == (Flag.PREGNANT,)


def test_a_review_that_nobody_approved_is_still_one() -> None:
    at_home = kept(martin(pregnant=True))

    decision = rescreen(at_home, today(pregnant=True), [], VISIT)

    assert decision.outcome is Outcome.CLINICIAN_REVIEW


def test_a_new_review_reason_asks_although_another_is_approved() -> None:
    at_home = approved(martin(pregnant=True))

    decision = rescreen(
        at_home, today(pregnant=True, allergies=frozenset({Allergy.OTHER})), [], VISIT
    )

    assert decision.outcome is Outcome.CLINICIAN_REVIEW


def test_an_approved_review_never_outweighs_a_stop() -> None:
    at_home = approved(martin(pregnant=True))

    decision = rescreen(at_home, today(pregnant=True, mpox_symptoms=True), [], VISIT)

    assert decision.outcome is Outcome.SEEK_CARE


def test_keloid_told_on_the_day_changes_the_route() -> None:
    decision = rescreen(kept(martin()), today(keloid_tendency=True), [], VISIT)

    assert decision.course is not None
    assert decision.course.route is Route.SUBCUTANEOUS


def test_dose_2_comes_after_28_days_and_a_lasting_reaction_defers_it() -> None:
    at_home = kept(martin())
    dose_1 = given(VISIT)
    later = VISIT + timedelta(days=28)

    early = rescreen(at_home, today(), [dose_1], VISIT + timedelta(days=20))
    in_time = rescreen(at_home, today(), [dose_1], later)
    sore = rescreen(at_home, today(local_reaction_persists=True), [dose_1], later)

    assert early.course is not None
    assert early.course.earliest_on == later
    assert in_time.outcome is Outcome.ELIGIBLE
    assert in_time.course is not None
    assert in_time.course.next_dose == 2
    assert sore.outcome is Outcome.DEFER


def test_after_dose_2_no_more_is_needed() -> None:
    doses = [given(VISIT), given(VISIT + timedelta(days=28))]

    decision = rescreen(kept(martin()), today(), doses, VISIT + timedelta(days=60))

    assert decision.outcome is Outcome.NOT_NEEDED
    assert "COMPLETE" in decision.reasons


def test_a_one_dose_person_stays_one_but_for_immunosuppression() -> None:
    at_home = kept(martin(**VACCINATED_AGAINST_SMALLPOX))
    born = {"date_of_birth": VACCINATED_AGAINST_SMALLPOX["date_of_birth"]}

    still = rescreen(at_home, today(**born), [], VISIT)
    immunosuppressed = rescreen(
        at_home, today(**born, immunosuppressed=Immunosuppressed.YES), [], VISIT
    )
    unsure = rescreen(at_home, today(**born, immunosuppressed=Immunosuppressed.UNSURE), [], VISIT)

    assert still.course is not None
    assert still.course.doses == 1
    assert immunosuppressed.course is not None
    assert immunosuppressed.course.doses == 2
    assert unsure.outcome is Outcome.CLINICIAN_REVIEW


def test_a_course_that_continues_without_a_group_still_does() -> None:
    dose_1 = given(ON - timedelta(days=40))
    at_home = kept(kim(previous_doses=(dose_1,)))

    decision = rescreen(at_home, today(), [dose_1], VISIT)

    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.priority_group is None
    assert decision.reasons == ("R16", "R8")


def test_a_person_who_was_not_offered_is_not_offered_on_the_day() -> None:
    assert rescreen(kept(kim()), today(), [], VISIT).outcome is Outcome.NOT_OFFERED


def test_an_undocumented_dose_is_not_forgotten() -> None:
    at_home = kept(kim(previous_doses=(UNDOCUMENTED,)))

    decision = rescreen(at_home, today(), [], VISIT)

    assert decision.outcome is Outcome.CLINICIAN_REVIEW
    assert "A8" in decision.reasons
    assert "R40" in decision.advice


@pytest.mark.parametrize(
    ("answers", "under_18"), [({"date_of_birth": TEENAGER}, True), ({}, False)]
)
def test_age_is_read_from_the_id_that_is_checked(answers: dict[str, Any], under_18: bool) -> None:
    decision = rescreen(kept(martin()), today(**answers), [], VISIT)

    assert ({"A5", "R26", "R27"} <= set(decision.reasons)) is under_18


def test_an_exposed_person_is_vaccinated_only_when_approved_and_in_time() -> None:
    case = kim(exposure=exposed(1))
    tomorrow = ON + timedelta(days=1)

    not_approved = rescreen(kept(case), today(), [], tomorrow)
    in_time = rescreen(approved(case), today(), [], tomorrow)
    too_late = rescreen(approved(case), today(), [], ON + timedelta(days=5))
    pregnant = rescreen(approved(case), today(pregnant=True), [], tomorrow)

    assert not_approved.outcome is Outcome.CLINICIAN_REVIEW
    assert in_time.outcome is Outcome.ELIGIBLE
    assert in_time.pepv is not None
    assert in_time.pepv.day == 2
    assert "R11" in in_time.reasons
    assert too_late.outcome is Outcome.CLINICIAN_REVIEW
    assert "A10" in too_late.reasons
    assert pregnant.outcome is Outcome.CLINICIAN_REVIEW
    assert {"R12", "R28"} <= set(pregnant.reasons)


def test_once_the_pepv_dose_is_given_the_exposure_is_answered() -> None:
    at_home = approved(kim(exposure=exposed(1), continuing_risk=True))
    dose_1 = given(ON, Indication.PEPV)

    decision = rescreen(at_home, today(), [dose_1], ON + timedelta(days=28))

    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.pepv is None
    assert {"R21", "R22"} <= set(decision.reasons)
    assert decision.course is not None
    assert decision.course.next_dose == 2
    assert decision.course.route is Route.SUBCUTANEOUS


def test_after_a_pepv_dose_without_continuing_risk_no_more_is_needed() -> None:
    at_home = approved(kim(exposure=exposed(1)))
    dose_1 = given(ON, Indication.PEPV)

    decision = rescreen(at_home, today(), [dose_1], ON + timedelta(days=28))

    assert decision.outcome is Outcome.NOT_NEEDED


def test_a_pepv_course_begun_abroad_and_approved_is_continued() -> None:
    dose_1 = pepv_dose(abroad=True)
    at_home = approved(kim(previous_doses=(dose_1,), continuing_risk=True))

    decision = rescreen(at_home, today(), [dose_1], VISIT)

    assert decision.outcome is Outcome.ELIGIBLE
    assert "A9" in decision.reasons


def test_an_exposure_without_its_day_is_damage_not_a_pass() -> None:
    at_home = replace(approved(kim(exposure=exposed(1))), pepv=None)

    with pytest.raises(ValueError, match="R10"):
        rescreen(at_home, today(), [], VISIT)


def test_a_health_worker_who_is_pregnant_on_the_day_gets_r36() -> None:
    at_home = kept(kim(occupation=Occupation.EXPOSED_HEALTH_WORKER))

    decision = rescreen(at_home, today(pregnant=True), [], VISIT)

    assert "R6" in decision.reasons
    assert "R36" in decision.advice


def test_there_is_no_rescreen_before_the_first_rule_set() -> None:
    with pytest.raises(NoRuleSetInForceError):
        rescreen(kept(martin()), today(), [], date(2023, 5, 22))


def test_an_approved_review_that_was_postponed_does_not_ask_again() -> None:
    at_home = approved(martin(pregnant=True))
    postponed = rescreen(at_home, today(pregnant=True, fever_over_38=True), [], VISIT)
    assert postponed.outcome is Outcome.DEFER

    again = rescreen(postponed, today(pregnant=True), [], VISIT + timedelta(days=7))

    assert again.outcome is Outcome.ELIGIBLE


def test_a_dose_whose_papers_are_missing_is_not_counted_and_asks() -> None:
    at_home = kept(martin(previous_doses=(dose(abroad=True),)))
    assert at_home.outcome is Outcome.ELIGIBLE

    decision = rescreen(at_home, today(), [UNDOCUMENTED], VISIT)

    assert decision.outcome is Outcome.CLINICIAN_REVIEW
    assert "A8" in decision.reasons
    assert decision.course is not None
    assert decision.course.next_dose == 1


def test_a_clinicians_route_and_interval_hold_at_the_visit() -> None:
    given_on = VISIT - timedelta(days=21)
    found = rescreen(kept(martin()), today(), [given(given_on)], VISIT)
    assert found.course is not None
    assert found.course.earliest_on == given_on + timedelta(days=28)

    decision = as_approved(
        found, [given(given_on)], doses=None, route=Route.SUBCUTANEOUS, interval_days=21
    )

    assert decision.course is not None
    assert (decision.course.route, decision.course.volume_ml) == (
        Route.SUBCUTANEOUS,
        Decimal("0.5"),
    )
    assert decision.course.earliest_on == VISIT


def test_a_clinicians_longer_interval_moves_the_first_day() -> None:
    given_on = VISIT - timedelta(days=28)
    found = rescreen(kept(martin()), today(), [given(given_on)], VISIT)

    decision = as_approved(found, [given(given_on)], doses=None, route=None, interval_days=40)

    assert decision.course is not None
    assert decision.course.earliest_on == given_on + timedelta(days=40)
    assert decision.course.route is Route.INTRADERMAL


def test_a_clinicians_number_of_doses_holds_but_never_takes_back_a_next_one() -> None:
    first = rescreen(kept(martin()), today(), [], VISIT)
    one = as_approved(first, [], doses=1, route=None, interval_days=None)
    assert one.course is not None
    assert (one.course.doses, one.course.next_dose) == (1, 1)

    second = rescreen(kept(martin()), today(), [given(VISIT - timedelta(days=28))], VISIT)
    two = as_approved(second, [], doses=1, route=None, interval_days=None)
    assert two.course is not None
    assert (two.course.doses, two.course.next_dose) == (2, 2)


def test_keloid_stays_under_the_skin_whatever_was_approved() -> None:
    found = rescreen(kept(martin()), today(keloid_tendency=True), [], VISIT)

    decision = as_approved(found, [], doses=None, route=Route.INTRADERMAL, interval_days=None)

    assert decision.course == found.course


def test_an_approval_gives_no_course_to_who_is_stopped() -> None:
    found = rescreen(kept(martin()), today(mpox_symptoms=True), [], VISIT)
    approved_too = as_approved(found, [], doses=None, route=Route.SUBCUTANEOUS, interval_days=21)
    assert approved_too.course is None


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({}, Outcome.NOT_OFFERED),
        ({"fever_over_38": True}, Outcome.NOT_OFFERED),
        ({"mpox_symptoms": True}, Outcome.SEEK_CARE),
        ({"allergies": frozenset({Allergy.BENZONASE})}, Outcome.CONTRAINDICATED),
    ],
)
def test_what_a_clinician_refused_stays_refused_but_for_what_is_worse(
    answers: dict[str, Any], outcome: Outcome
) -> None:
    found = rescreen(kept(martin()), today(**answers), [], VISIT)

    decision = as_refused(found, Outcome.NOT_OFFERED)

    assert decision.outcome is outcome
    assert decision.course is None
