"""What holds for every case that the contract allows."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eligibility.domain.answers import (
    Allergy,
    Answers,
    Indication,
    Occupation,
    RiskBehaviour,
    Sti,
    age_on,
)
from eligibility.domain.decision import Outcome, Route, Setting, to_keep
from tests.eligibility.domain.cases import any_answers, decided, exposed

STOPS_AND_REVIEWS = {
    *("R10", "R20", "R30", "R31", "R32", "R33", "R34", "COMPLETE"),
    *("A1", "A2", "A3", "A5", "A6", "A8", "A9", "A12"),
}
STOPS = [
    {"allergies": frozenset({Allergy.BENZONASE})},
    {"fever_over_38": True},
    {"mpox_symptoms": True},
    {"had_mpox": True},
    {"mpox_after_dose": True},
    {"local_reaction_persists": True},
    {"pregnant": True},
]
RISKS = [
    {"sex_with_men": True},
    {"sells_sex_to_men": True},
    {"hiv_positive": True},
    {"on_prep": True},
    {"risk_behaviours": frozenset(RiskBehaviour)},
    {"sti_last_24_months": frozenset(Sti)},
]
every_case = settings(deadline=None, max_examples=300)


@every_case
@given(any_answers())
def test_every_case_has_one_outcome_and_says_why(answers: Answers) -> None:
    decision = decided(answers)

    assert decision.outcome in Outcome
    assert decision.guideline == "fhi-2023-05-23"
    assert decision.reasons
    for ids in (decision.reasons, decision.advice, decision.flags):
        assert list(ids) == sorted(set(ids))


@settings(deadline=None, max_examples=1000)
@given(any_answers())
def test_nobody_but_the_eligible_is_without_a_stop(answers: Answers) -> None:
    """Eligible are exactly those with a place, a course, and nothing that stops or asks."""
    decision = decided(answers)
    stopped = STOPS_AND_REVIEWS & set(decision.reasons)
    can_go_on = decision.indication is not None and decision.course is not None and not stopped

    assert (decision.outcome is Outcome.ELIGIBLE) is can_go_on


@every_case
@given(any_answers())
def test_parts_of_a_decision_fit_together(answers: Answers) -> None:
    decision = decided(answers)
    exposed_and_complete = answers.exposure is not None and "COMPLETE" in decision.reasons
    dose_possible = decision.outcome in {
        Outcome.ELIGIBLE,
        Outcome.DEFER,
        Outcome.CLINICIAN_REVIEW,
    }

    assert (decision.course is not None) is (dose_possible and not exposed_and_complete)
    assert (decision.pepv is not None) is (answers.exposure is not None)
    assert (decision.setting is None) is (decision.priority_group is None)
    assert (decision.setting is Setting.SPECIALIST) is (decision.priority_group == 1)
    if decision.indication is Indication.PEPV:
        assert decision.priority_group is None


@every_case
@given(any_answers())
def test_a_course_is_one_that_can_be_given(answers: Answers) -> None:
    course = decided(answers).course
    if course is None:
        return
    counted = [dose.given_on for dose in answers.previous_doses if dose.counts]

    assert 1 <= course.next_dose <= course.doses <= 2
    assert (course.route is Route.INTRADERMAL) is (str(course.volume_ml) == "0.1")
    assert course.earliest_on >= answers.assessed_on
    if course.next_dose == 2:
        assert course.earliest_on >= max(counted) + timedelta(days=28)
    if age_on(answers.date_of_birth, answers.assessed_on) < 18 or answers.keloid_tendency:
        assert course.route is Route.SUBCUTANEOUS


@every_case
@given(any_answers())
def test_an_exposed_person_never_books_alone(answers: Answers) -> None:
    decision = decided(
        replace(answers, exposure=replace(exposed(), exposed_on=answers.assessed_on))
    )

    assert decision.outcome is not Outcome.ELIGIBLE
    assert decision.outcome is not Outcome.NOT_OFFERED


@every_case
@given(stop=st.sampled_from(STOPS), answers=any_answers())
def test_adding_a_stop_never_makes_a_person_eligible(
    stop: dict[str, object], answers: Answers
) -> None:
    if decided(replace(answers, **stop)).outcome is Outcome.ELIGIBLE:
        assert decided(answers).outcome is Outcome.ELIGIBLE


@every_case
@given(risk=st.sampled_from(RISKS), answers=any_answers())
def test_adding_a_risk_never_worsens_the_group(risk: dict[str, object], answers: Answers) -> None:
    before, after = decided(answers), decided(replace(answers, **risk))

    if before.priority_group is not None:
        assert after.priority_group is not None
        assert after.priority_group <= before.priority_group
    if before.outcome is not Outcome.NOT_OFFERED:
        assert after.outcome is not Outcome.NOT_OFFERED


@every_case
@given(any_answers())
def test_group_answers_of_an_exposed_person_change_nothing_but_reasons(answers: Answers) -> None:
    assume(answers.exposure is not None)
    silent = replace(
        answers,
        sex_with_men=False,
        sells_sex_to_men=False,
        risk_behaviours=frozenset(),
        hiv_positive=False,
        on_prep=False,
    )

    told, untold = decided(answers), decided(silent)

    assert replace(told, reasons=()) == replace(untold, reasons=())


@every_case
@given(any_answers())
def test_what_is_kept_does_not_tell_of_sex_hiv_prep_or_sti(answers: Answers) -> None:
    decision = decided(answers)
    kept = to_keep(decision)

    assert not {"R1", "R2", "R3", "R4"} & set(kept.reasons)
    assert set(decision.reasons) - set(kept.reasons) <= {"R1", "R2", "R3", "R4"}
    assert replace(kept, reasons=()) == replace(decision, reasons=())


@every_case
@given(answers=any_answers(), occupation=st.sampled_from(Occupation))
def test_unlisted_work_never_gives_a_place(answers: Answers, occupation: Occupation) -> None:
    """Only R6 and R7 make work a reason for a group."""
    decision = decided(replace(answers, occupation=occupation))

    assert ("R6" in decision.reasons) is (occupation is Occupation.EXPOSED_HEALTH_WORKER)
    assert ("R7" in decision.reasons) is (occupation is Occupation.LIVE_VIRUS_LAB)
