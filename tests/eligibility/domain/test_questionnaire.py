"""The order of questions: it ends when what happens is sure, and misses nothing that matters.

`mattering` says what may not depend on a question that was not asked: the outcome and, where a dose
is possible, all that is booked, given or read by a reviewing clinician.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility.domain.answers import (
    Allergy,
    Answers,
    Contact,
    Exposure,
    Gender,
    Immunosuppressed,
    Indication,
    Occupation,
    PreviousDose,
    SmallpoxEvidence,
    Sti,
)
from eligibility.domain.decision import Decision, Outcome
from eligibility.domain.questionnaire import QuestionsLeftError, complete, next_step, path
from eligibility.domain.rules import RuleSet, decide, rule_sets
from eligibility.domain.steps import Pregnancy, Skin, Step, StepValue
from tests.eligibility.domain.cases import (
    ADULT,
    BORN_1970,
    CASUAL,
    CHILD,
    ON,
    RULE_SET,
    TEENAGER,
    UNDOCUMENTED,
    any_answers,
    dose,
    pepv_dose,
)

REFUSALS = {
    Outcome.SEEK_CARE,
    Outcome.CONTRAINDICATED,
    Outcome.NOT_NEEDED,
    Outcome.NOT_OFFERED,
}
# They tell of groups; A12 of an exposed person as well, where the group decides nothing.
GROUP_REASONS = {"R1", "R2", "R3", "R4", "R6", "R7", "R8"}
SENSITIVE = {
    Step.GENDER,
    Step.SEX_WITH_MEN,
    Step.ON_PREP,
    Step.HIV_POSITIVE,
    Step.SELLS_SEX_TO_MEN,
    Step.RISK_BEHAVIOURS,
    Step.STI_LAST_24_MONTHS,
}

# One value of each kind that the rules tell apart.
VALUES: dict[Step, list[StepValue]] = {
    Step.DATE_OF_BIRTH: [ADULT, BORN_1970, TEENAGER, CHILD],
    Step.SYMPTOMS: [False, True],
    Step.EXPOSED: [False, True],
    Step.EXPOSED_ON: [date(2024, 5, 30), date(2024, 5, 25), date(2024, 5, 1)],
    Step.CONTACT: [Contact.OTHER, Contact.SEXUAL],
    Step.ALLERGIES: [
        frozenset(),
        frozenset({Allergy.OTHER}),
        frozenset({Allergy.BENZONASE}),
    ],
    Step.HAD_MPOX: [False, True],
    Step.PREVIOUS_DOSES: [
        (),
        (dose(),),
        (pepv_dose(),),
        (pepv_dose(abroad=True),),
        (UNDOCUMENTED,),
        (dose(80), dose()),
    ],
    Step.MPOX_AFTER_DOSE: [False, True],
    Step.SMALLPOX_EVIDENCE: [SmallpoxEvidence.NONE, SmallpoxEvidence.SCAR],
    Step.IMMUNOSUPPRESSED: list(Immunosuppressed),
    Step.CONTINUING_RISK: [False, True],
    Step.OCCUPATION: list(Occupation),
    Step.GENDER: [Gender.WOMAN, Gender.MAN, Gender.TRANS],
    Step.SEX_WITH_MEN: [False, True],
    Step.ON_PREP: [False, True],
    Step.HIV_POSITIVE: [False, True],
    Step.SELLS_SEX_TO_MEN: [False, True],
    Step.RISK_BEHAVIOURS: [frozenset(), CASUAL],
    Step.STI_LAST_24_MONTHS: [frozenset(), frozenset({Sti.SYPHILIS})],
    Step.PREGNANCY: [frozenset(), frozenset({Pregnancy.PREGNANT}), frozenset(Pregnancy)],
    Step.SKIN: [frozenset(), frozenset({Skin.KELOID_TENDENCY}), frozenset({Skin.ATOPIC_ECZEMA})],
}


def mattering(decision: Decision) -> Decision | Outcome:
    """Return what of a decision may not depend on an unasked question."""
    if decision.outcome in REFUSALS:
        return decision.outcome
    ignored = GROUP_REASONS | ({"A12"} if decision.pepv else set())
    read = tuple(reason for reason in decision.reasons if reason not in ignored)
    return replace(decision, reasons=read, advice=())


def told(answers: Mapping[Step, StepValue], rules: RuleSet = RULE_SET) -> Decision:
    """Walk the questionnaire with these answers and decide by what was asked."""
    assert next_step(answers) is None
    return decide(complete(answers, assessed_on=ON), rules)


def all_told(answers: Mapping[Step, StepValue], rules: RuleSet = RULE_SET) -> Decision:
    """Decide by every answer, asked or not."""
    given = dict(answers)
    exposed, doses = given[Step.EXPOSED], given[Step.PREVIOUS_DOSES]
    values: dict[str, Any] = {
        "date_of_birth": given[Step.DATE_OF_BIRTH],
        "mpox_symptoms": given[Step.SYMPTOMS],
        "allergies": given[Step.ALLERGIES],
        "had_mpox": given[Step.HAD_MPOX],
        "previous_doses": doses,
        # Nobody can have had mpox after a dose that was never given.
        "mpox_after_dose": bool(doses) and given[Step.MPOX_AFTER_DOSE],
        "smallpox_evidence": given[Step.SMALLPOX_EVIDENCE],
        "immunosuppressed": given[Step.IMMUNOSUPPRESSED],
        "continuing_risk": given[Step.CONTINUING_RISK],
        "occupation": given[Step.OCCUPATION],
        "gender": given[Step.GENDER],
        "sex_with_men": given[Step.SEX_WITH_MEN],
        "on_prep": given[Step.ON_PREP],
        "hiv_positive": given[Step.HIV_POSITIVE],
        "sells_sex_to_men": given[Step.SELLS_SEX_TO_MEN],
        "risk_behaviours": given[Step.RISK_BEHAVIOURS],
        "sti_last_24_months": given[Step.STI_LAST_24_MONTHS],
    }
    for ticked in (given[Step.PREGNANCY], given[Step.SKIN]):
        assert isinstance(ticked, frozenset)
        values.update(dict.fromkeys(ticked, True))
    answers_given = Answers(assessed_on=ON, **values)
    if exposed:
        exposure = Exposure(given[Step.EXPOSED_ON], given[Step.CONTACT])  # type: ignore[arg-type]
        answers_given = replace(answers_given, exposure=exposure)
    return decide(answers_given, rules)


def any_person() -> st.SearchStrategy[dict[Step, StepValue]]:
    """One value for each step, chosen by a byte each."""
    return st.binary(min_size=len(VALUES), max_size=len(VALUES)).map(
        lambda drawn: {
            step: values[byte % len(values)]
            for (step, values), byte in zip(VALUES.items(), drawn, strict=True)
        }
    )


UNEXPOSED: dict[str, StepValue] = {
    "SYMPTOMS": False,
    "EXPOSED": False,
    "EXPOSED_ON": date(2024, 5, 30),
    "CONTACT": Contact.SEXUAL,
}
HEALTHY: dict[str, StepValue] = {
    "ALLERGIES": frozenset(),
    "HAD_MPOX": False,
    "MPOX_AFTER_DOSE": False,
    "SMALLPOX_EVIDENCE": SmallpoxEvidence.NONE,
    "IMMUNOSUPPRESSED": Immunosuppressed.NO,
    "PREGNANCY": frozenset(),
    "SKIN": frozenset(),
}
IN_NO_GROUP: dict[str, StepValue] = {
    "OCCUPATION": Occupation.NONE,
    "GENDER": Gender.WOMAN,
    "SEX_WITH_MEN": True,
    "ON_PREP": True,
    "HIV_POSITIVE": True,
    "SELLS_SEX_TO_MEN": True,
    "RISK_BEHAVIOURS": CASUAL,
    "STI_LAST_24_MONTHS": frozenset(),
}
IN_GROUP_2: dict[str, StepValue] = {
    **IN_NO_GROUP,
    "GENDER": Gender.MAN,
    "ON_PREP": False,
    "HIV_POSITIVE": False,
    "SELLS_SEX_TO_MEN": False,
    "STI_LAST_24_MONTHS": frozenset({Sti.SYPHILIS}),
}


@settings(deadline=None, max_examples=3000)
@given(person=any_person(), rules=st.sampled_from(rule_sets()))
def test_no_question_is_missed_that_could_change_what_happens(
    person: dict[Step, StepValue], rules: RuleSet
) -> None:
    assert mattering(told(person, rules)) == mattering(all_told(person, rules))


CORNERS: dict[str, dict[str, StepValue]] = {
    "groups": {**UNEXPOSED, **HEALTHY, "DATE_OF_BIRTH": ADULT, "PREVIOUS_DOSES": ()},
    "groups after a PEPV dose": {
        **UNEXPOSED,
        **HEALTHY,
        "DATE_OF_BIRTH": ADULT,
        "PREVIOUS_DOSES": (pepv_dose(),),
    },
    "health in a group": {**UNEXPOSED, **IN_GROUP_2, "PREGNANCY": frozenset(), "SKIN": frozenset()},
    "health in no group": {
        **UNEXPOSED,
        **IN_NO_GROUP,
        "PREGNANCY": frozenset(),
        "SKIN": frozenset(),
    },
    "health after exposure": {
        **IN_NO_GROUP,
        "SYMPTOMS": False,
        "EXPOSED": True,
        "EXPOSED_ON": date(2024, 5, 30),
        "CONTACT": Contact.SEXUAL,
        "PREGNANCY": frozenset(),
        "SKIN": frozenset(),
    },
    "last questions": {
        **UNEXPOSED,
        **IN_GROUP_2,
        "DATE_OF_BIRTH": BORN_1970,
        "ALLERGIES": frozenset(),
        "HAD_MPOX": False,
        "MPOX_AFTER_DOSE": False,
    },
}


@pytest.mark.parametrize("corner", CORNERS)
def test_in_a_whole_corner_no_question_is_missed_and_none_is_idle(corner: str) -> None:
    """Walk every combination of the answers that a corner leaves open.

    A question is idle where, after the answers before it, no way to answer the rest makes two of
    its answers end differently.
    """
    choices = choices_in(CORNERS[corner])
    end = cache(lambda person: mattering(all_told(dict(zip(VALUES, person, strict=True)))))
    asked, needed = set(), set()
    for person in product(*choices):
        answers = dict(zip(VALUES, person, strict=True))
        assert mattering(told(answers)) == end(person), answers
        walked: tuple[StepValue, ...] = ()
        for step in path(answers):
            place = list(VALUES).index(step)
            others = [(*person[:place], other, *person[place + 1 :]) for other in choices[place]]
            if len(others) > 1:
                asked.add((step, walked))
                if any(end(other) != end(person) for other in others):
                    needed.add((step, walked))
            walked += (answers[step],)

    assert asked
    assert asked == needed


def choices_in(fixed: Mapping[str, StepValue]) -> list[list[StepValue]]:
    """Return the values of each step: one where it is fixed by name, else all."""
    names = {Step[name]: value for name, value in fixed.items()}
    return [[names[step]] if step in names else values for step, values in VALUES.items()]


def first(**answers: StepValue) -> dict[Step, StepValue]:
    """Return an adult's harmless answers by step name, with changes."""
    nothing = {
        "DATE_OF_BIRTH": ADULT,
        **UNEXPOSED,
        **HEALTHY,
        **IN_NO_GROUP,
        "PREVIOUS_DOSES": (),
        "CONTINUING_RISK": False,
    }
    return {Step[name]: value for name, value in {**nothing, **answers}.items()}


def test_the_first_questions_are_birth_symptoms_and_exposure() -> None:
    asked = []
    given_so_far: dict[Step, StepValue] = {}
    while len(asked) < 3:
        step = next_step(given_so_far)
        assert step is not None
        asked.append(step)
        given_so_far[step] = first()[step]

    assert asked == [Step.DATE_OF_BIRTH, Step.SYMPTOMS, Step.EXPOSED]


def test_symptoms_end_the_path_at_once() -> None:
    person = first(SYMPTOMS=True)

    assert path(person) == [Step.DATE_OF_BIRTH, Step.SYMPTOMS]
    assert told(person).outcome is Outcome.SEEK_CARE


def test_an_exposed_person_is_asked_nothing_about_sex_hiv_prep_or_sti() -> None:
    person = first(EXPOSED=True, **{k: v for k, v in IN_GROUP_2.items() if k != "SEX_WITH_MEN"})

    assert not SENSITIVE & set(path(person))
    assert told(person).outcome is Outcome.CLINICIAN_REVIEW


def test_an_exposed_person_with_an_allergy_is_done_before_all_else() -> None:
    person = first(EXPOSED=True, ALLERGIES=frozenset({Allergy.GENTAMICIN}))

    assert path(person)[-1] is Step.ALLERGIES
    assert told(person).outcome is Outcome.CONTRAINDICATED


def test_a_woman_in_no_group_answers_six_questions_and_none_about_her_health() -> None:
    assert path(first()) == [
        Step.DATE_OF_BIRTH,
        Step.SYMPTOMS,
        Step.EXPOSED,
        Step.PREVIOUS_DOSES,
        Step.OCCUPATION,
        Step.GENDER,
    ]
    assert told(first()).outcome is Outcome.NOT_OFFERED


def test_a_man_on_prep_is_not_asked_about_hiv_selling_sex_risk_or_sti() -> None:
    asked = path(first(GENDER=Gender.MAN))

    assert Step.ON_PREP in asked
    assert not {
        Step.HIV_POSITIVE,
        Step.SELLS_SEX_TO_MEN,
        Step.RISK_BEHAVIOURS,
        Step.STI_LAST_24_MONTHS,
    } & set(asked)


def test_a_stop_is_asked_before_the_sensitive_questions_where_it_decides() -> None:
    works_at_a_test_station = first(
        OCCUPATION=Occupation.EXPOSED_HEALTH_WORKER, HAD_MPOX=True, GENDER=Gender.MAN
    )

    assert not SENSITIVE & set(path(works_at_a_test_station))
    assert told(works_at_a_test_station).outcome is Outcome.NOT_NEEDED


def test_a_person_who_continues_after_pepv_is_not_asked_about_groups() -> None:
    person = first(PREVIOUS_DOSES=(pepv_dose(),), CONTINUING_RISK=True, GENDER=Gender.MAN)

    assert not (SENSITIVE | {Step.OCCUPATION}) & set(path(person))
    assert told(person).indication is Indication.PEPV


def test_a_person_with_both_doses_is_done_after_the_allergies() -> None:
    person = first(PREVIOUS_DOSES=(dose(80), dose()))

    assert path(person)[-1] is Step.ALLERGIES
    assert told(person).outcome is Outcome.NOT_NEEDED


@settings(deadline=None, max_examples=300)
@given(any_person())
def test_nobody_is_asked_about_fever_or_a_lasting_reaction_at_home(
    person: dict[Step, StepValue],
) -> None:
    answers = complete(person, assessed_on=ON)

    assert answers.fever_over_38 is False
    assert answers.local_reaction_persists is False


@settings(deadline=None, max_examples=300)
@given(any_person())
def test_the_path_grows_by_one_question_at_a_time(person: dict[Step, StepValue]) -> None:
    given_so_far: dict[Step, StepValue] = {}
    while (step := next_step(given_so_far)) is not None:
        assert step not in given_so_far
        given_so_far[step] = person[step]
        assert path(given_so_far)[-1] is step

    assert path(person) == list(given_so_far)


def test_a_changed_answer_leaves_what_follows_unlooked_at() -> None:
    before = first(GENDER=Gender.MAN)

    after = {**before, Step.SYMPTOMS: True}

    assert complete(after, assessed_on=ON) == Answers(
        date_of_birth=ADULT, assessed_on=ON, mpox_symptoms=True
    )


def test_an_unfinished_questionnaire_names_the_question_that_is_left() -> None:
    with pytest.raises(QuestionsLeftError) as caught:
        complete({Step.DATE_OF_BIRTH: ADULT}, assessed_on=ON)

    assert caught.value.step is Step.SYMPTOMS


@pytest.mark.parametrize("step", Step)
def test_no_address_names_the_disease_the_vaccine_or_a_group(step: Step) -> None:
    telling = ["mpox", "apekopp", "kopp", "vaks", "dose", "hiv", "prep", "sex", "soi", "gruppe"]

    assert step.value.isascii()
    assert not [word for word in telling if word in step.value]


@settings(deadline=None, max_examples=200)
@given(any_answers())
def test_earlier_doses_are_told_as_they_were(answers: Answers) -> None:
    doses: tuple[PreviousDose, ...] = answers.previous_doses
    person = first(PREVIOUS_DOSES=doses, DATE_OF_BIRTH=answers.date_of_birth)

    assert complete(person, assessed_on=answers.assessed_on).previous_doses == doses
