"""The answers a visitor has given so far, and what they come to.

They live in the browser's encrypted draft for half an hour and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from clinics.domain.calendar import oslo_date
from eligibility.domain.answers import Answers, Occupation, age_on
from eligibility.domain.decision import Decision, Outcome
from eligibility.domain.draft import draft_from_json, draft_json
from eligibility.domain.questionnaire import complete, next_step, path
from eligibility.domain.rules import RuleSet
from eligibility.domain.steps import PartialAnswers, Step, StepValue, answers_of
from eligibility.services.rule_sets import rule_set_in_force
from patients.services import drafts

DRAFT = "answers"
# Beside the answers, which are known by their steps' addresses.
_DECLINED = "declined"
# Whoever is younger comes with a guardian, and by telephone.
ALONE_FROM_AGE = 16


@dataclass(frozen=True)
class Screened:
    """Finished answers and the decision of the rule set in force.

    ``declined`` is the question that the person would rather not answer. The answers end there,
    and the outcome is that a clinician looks at them (A13), whatever the rules say of the rest.
    """

    answers: Answers
    decision: Decision
    declined: Step | None = None


def given_so_far(key: str | None) -> dict[Step, StepValue]:
    """Return the answers of the browser with this key; none when it has none or time is over."""
    return draft_from_json(drafts.load(key, DRAFT)) if key else {}


def answer(key: str, step: Step, value: StepValue) -> Mapping[Step, StepValue]:
    """Keep one answer, in place of an earlier one to the same question; return all there are."""
    draft = drafts.load(key, DRAFT)
    given = {**draft_from_json(draft), step: value}
    declined = {} if draft.get(_DECLINED) == step else _declined_in(draft)
    drafts.save(key, DRAFT, {**draft_json(given), **declined})
    return given


def decline(key: str, step: Step) -> None:
    """Note that a question is not to be answered here; an earlier answer to it is dropped."""
    given = given_so_far(key)
    given.pop(step, None)
    drafts.save(key, DRAFT, {**draft_json(given), _DECLINED: step.value})


def declined_step(key: str | None) -> Step | None:
    """Return the question that is not to be answered here, while the outcome hangs on it."""
    if key is None:
        return None
    draft = drafts.load(key, DRAFT)
    following = next_step(draft_from_json(draft))
    return following if following is not None and draft.get(_DECLINED) == following else None


def needs_guardian(given: PartialAnswers, *, now: datetime) -> bool:
    """Tell whether the person is so young that a guardian has to call for them."""
    born = given.get(Step.DATE_OF_BIRTH)
    return isinstance(born, date) and age_on(born, oslo_date(now)) < ALONE_FROM_AGE


def screened(key: str | None, *, now: datetime) -> Screened | None:
    """Return the decision for a browser's answers.

    None while a question is left that the person has not declined.
    """
    return judge(given_so_far(key), declined=declined_step(key), now=now)


def judge(
    given: Mapping[Step, StepValue], *, declined: Step | None, now: datetime
) -> Screened | None:
    """Return the decision for answers, by the rule set in force today; nothing is kept.

    ``declined`` is the question that the person would rather not answer. None while another
    question is left.
    """
    today = oslo_date(now)
    if declined is not None:
        walked = {step: given[step] for step in path(given)}
        answers = answers_of(walked, assessed_on=today)
        reviewed = _to_be_talked_over(answers, rule_set_in_force(today))
        return Screened(answers=answers, decision=reviewed, declined=declined)
    if next_step(given) is not None:
        return None
    answers = complete(given, assessed_on=today)
    return Screened(answers=answers, decision=rule_set_in_force(today).decide(answers))


def renew(key: str) -> None:
    """Let the answers live for half an hour from now: somebody is on the way to book."""
    draft = drafts.load(key, DRAFT)
    if draft:
        drafts.save(key, DRAFT, draft)


def begin_anew(key: str) -> None:
    """Drop everything this browser has filled in: another person may hold the telephone now."""
    drafts.forget(key)


def forget(key: str) -> None:
    """Drop the answers."""
    drafts.forget(key, DRAFT)


def _to_be_talked_over(answers: Answers, rule_set: RuleSet) -> Decision:
    """Leave it to a clinician, and suggest the course that somebody in a group would have (A13).

    Which group fits is what the person would rather say to a human being. R7 stands for any.
    """
    found = rule_set.decide(answers)
    in_a_group = rule_set.decide(replace(answers, occupation=Occupation.LIVE_VIRUS_LAB))
    return replace(
        found,
        outcome=Outcome.CLINICIAN_REVIEW,
        indication=in_a_group.indication,
        course=in_a_group.course,
    )


def _declined_in(draft: Mapping[str, object]) -> dict[str, object]:
    return {_DECLINED: draft[_DECLINED]} if _DECLINED in draft else {}
