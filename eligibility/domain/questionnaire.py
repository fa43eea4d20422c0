"""Which question comes next: only what can still change what happens to the person.

What happens is the outcome and, where a dose is possible, also indication, group, setting, course,
flags and what a reviewing clinician reads. A refusal asks no more: an exposed person who is refused
goes to a clinician with the earlier deadline, as if nothing made the disease dangerous.
The order follows from three wishes:

- date of birth (every case needs it), symptoms and exposure first: they end the path soonest;
- a stop is asked as soon as it decides: for a person in no group without doses it never does;
- sex, HIV, PrEP and STI late, and each only while a better group is possible. Exposed people and
  those who continue after PEPV are not asked at all.

The order is shared by all rule sets. The rules behind the predicates are those of fhi-2023-05-23; a
new set must pass the same tests, which walk the questionnaire against its decisions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from eligibility.domain.answers import Answers, Gender, Indication
from eligibility.domain.rules.fhi_2023_05_23.facts import (
    Facts,
    facts_at_home,
    has_only_dose_for,
    is_complete,
    is_exposed,
    is_one_dose_person,
    pepv_course_continues,
)
from eligibility.domain.rules.fhi_2023_05_23.groups import best_group, group_rules_that_fire
from eligibility.domain.rules.fhi_2023_05_23.stops import r30_allergy
from eligibility.domain.steps import PartialAnswers, Step, StepValue, answers_of


class QuestionsLeftError(ValueError):
    """The outcome is not sure yet: this step is to be answered first."""

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__(step)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known so far. A group that fits stays: more answers can only better it."""

    given: PartialAnswers
    answers: Answers
    facts: Facts


def _known(given: PartialAnswers) -> _Known:
    born = given[Step.DATE_OF_BIRTH]
    assert isinstance(born, date)
    # No predicate looks at an age or counts days, so any day will do.
    answers = answers_of(given, assessed_on=born)
    group = best_group(group_rules_that_fire(answers))
    return _Known(given, answers, facts_at_home(answers, group))


def _always(_: _Known) -> bool:
    return True


def _exposed(known: _Known) -> bool:
    return is_exposed(known.facts)


def _has_earlier_dose(known: _Known) -> bool:
    return known.facts.earlier_dose


def _has_a_place(known: _Known) -> bool:
    """Tell whether "not offered" is out, so that stops decide."""
    return not known.facts.no_place


def _only_dose_was_pepv(known: _Known) -> bool:
    return (
        not _exposed(known)
        and has_only_dose_for(known.facts, Indication.PEPV)
        and not is_one_dose_person(known.facts)
    )


def _pepv_doses_open(known: _Known) -> bool:
    return _exposed(known) and not known.facts.doses and not is_one_dose_person(known.facts)


def _group_matters(known: _Known) -> bool:
    better_is_possible = known.facts.group != 1
    return better_is_possible and not _exposed(known) and not pepv_course_continues(known.facts)


def _work_matters(known: _Known) -> bool:
    # R15: the doctor who assesses an exposed person is told.
    return _exposed(known) or _group_matters(known)


def _man_or_trans(known: _Known) -> bool:
    return _group_matters(known) and known.answers.gender in {Gender.MAN, Gender.TRANS}


def _has_sex_with_men(known: _Known) -> bool:
    return _man_or_trans(known) and known.answers.sex_with_men


def _risk_behaviour_matters(known: _Known) -> bool:
    # Without sex with men only R4 is left, for trans people, and it is no better than group 3.
    r4_alone = known.answers.gender is Gender.TRANS and known.facts.group is None
    return _has_sex_with_men(known) or (_man_or_trans(known) and r4_alone)


def _recent_sti_matters(known: _Known) -> bool:
    return _has_sex_with_men(known) and bool(known.answers.risk_behaviours)


def _dose_is_possible(known: _Known) -> bool:
    pepv_dose_was_enough = (
        _only_dose_was_pepv(known) and not known.facts.continuing_risk and known.facts.group is None
    )
    return _has_a_place(known) and not pepv_dose_was_enough


# The first unanswered step that matters is the next one. Three steps stand twice: for people with
# an earlier dose they come early, because they can end the path before anything sensitive.
STEPS: tuple[tuple[Step, Callable[[_Known], bool]], ...] = (
    (Step.DATE_OF_BIRTH, _always),
    (Step.SYMPTOMS, _always),
    (Step.EXPOSED, _always),
    (Step.EXPOSED_ON, _exposed),
    (Step.CONTACT, _exposed),
    (Step.ALLERGIES, _has_a_place),
    (Step.HAD_MPOX, _has_a_place),
    (Step.PREVIOUS_DOSES, _always),
    (Step.MPOX_AFTER_DOSE, _has_earlier_dose),
    (Step.SMALLPOX_EVIDENCE, _has_earlier_dose),
    (Step.IMMUNOSUPPRESSED, _has_earlier_dose),
    (Step.CONTINUING_RISK, _only_dose_was_pepv),
    (Step.OCCUPATION, _work_matters),
    (Step.GENDER, _group_matters),
    (Step.SEX_WITH_MEN, _man_or_trans),
    (Step.ON_PREP, _has_sex_with_men),
    (Step.HIV_POSITIVE, _has_sex_with_men),
    (Step.SELLS_SEX_TO_MEN, _man_or_trans),
    (Step.RISK_BEHAVIOURS, _risk_behaviour_matters),
    (Step.STI_LAST_24_MONTHS, _recent_sti_matters),
    (Step.SMALLPOX_EVIDENCE, _dose_is_possible),
    (Step.IMMUNOSUPPRESSED, _dose_is_possible),
    (Step.CONTINUING_RISK, _pepv_doses_open),
    (Step.PREGNANCY, _dose_is_possible),
    (Step.SKIN, _dose_is_possible),
)


def next_step(given: PartialAnswers) -> Step | None:
    """Return the next question, or None when what happens is sure.

    Answers off the path (left behind by a changed answer) are not looked at.
    """
    return _walk(given)[1]


def path(given: PartialAnswers) -> list[Step]:
    """Return the answered questions in the order in which they were asked."""
    return list(_walk(given)[0])


def complete(given: PartialAnswers, *, assessed_on: date) -> Answers:
    """Return the finished answers; what was not asked has the contract's default.

    Raises QuestionsLeftError while a question is left.
    """
    walked, left = _walk(given)
    if left is not None:
        raise QuestionsLeftError(left)
    return answers_of(walked, assessed_on=assessed_on)


def _walk(given: PartialAnswers) -> tuple[dict[Step, StepValue], Step | None]:
    """Return the answers on the path and the step where it stands, None at its end."""
    walked: dict[Step, StepValue] = {}
    while (step := _step_after(walked)) is not None and step in given:
        walked[step] = given[step]
    return walked, step


def _step_after(walked: PartialAnswers) -> Step | None:
    if Step.DATE_OF_BIRTH not in walked:
        return Step.DATE_OF_BIRTH
    known = _known(walked)
    if _is_over(known):
        return None
    for step, matters in STEPS:
        if step not in walked and matters(known):
            return step
    return None


def _is_over(known: _Known) -> bool:
    """Tell whether a refusal is sure already."""
    answers = known.answers
    if answers.mpox_symptoms:
        return True
    if Step.ALLERGIES not in known.given:
        return False
    if r30_allergy(known.facts) or answers.had_mpox or answers.mpox_after_dose:
        return True
    return not _exposed(known) and _is_surely_complete(known)


def _is_surely_complete(known: _Known) -> bool:
    number_is_known = Step.IMMUNOSUPPRESSED in known.given or len(known.facts.doses) > 1
    return number_is_known and is_complete(known.facts)
