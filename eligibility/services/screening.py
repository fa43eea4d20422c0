"""The answers a visitor has given so far, and what they come to.

They live in the browser's encrypted draft for half an hour and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clinics.domain.calendar import oslo_date
from eligibility.domain.answers import Answers
from eligibility.domain.decision import Decision
from eligibility.domain.draft import draft_from_json, draft_json
from eligibility.domain.questionnaire import complete, next_step
from eligibility.domain.rules import rule_set_in_force
from eligibility.domain.steps import Step, StepValue
from patients.services import drafts

DRAFT = "answers"


@dataclass(frozen=True)
class Screened:
    """Finished answers and the decision of the rule set in force."""

    answers: Answers
    decision: Decision


def given_so_far(key: str | None) -> dict[Step, StepValue]:
    """Return the answers of the browser with this key; none when it has none or time is over."""
    return draft_from_json(drafts.load(key, DRAFT)) if key else {}


def answer(key: str, step: Step, value: StepValue) -> Mapping[Step, StepValue]:
    """Keep one answer, in place of an earlier one to the same question; return all there are."""
    given = {**given_so_far(key), step: value}
    drafts.save(key, DRAFT, draft_json(given))
    return given


def screened(key: str | None, *, now: datetime) -> Screened | None:
    """Return the decision for a browser's answers; None while a question is left."""
    given = given_so_far(key)
    if next_step(given) is not None:
        return None
    today = oslo_date(now)
    answers = complete(given, assessed_on=today)
    return Screened(answers=answers, decision=rule_set_in_force(today).decide(answers))


def renew(key: str) -> None:
    """Let the answers live for half an hour from now: somebody is on the way to book."""
    given = given_so_far(key)
    if given:
        drafts.save(key, DRAFT, draft_json(given))


def begin_anew(key: str) -> None:
    """Drop everything this browser has filled in: another person may hold the telephone now."""
    drafts.forget(key)


def forget(key: str) -> None:
    """Drop the answers."""
    drafts.forget(key, DRAFT)
