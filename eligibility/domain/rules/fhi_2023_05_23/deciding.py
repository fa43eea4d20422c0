"""From answers, at home or at the visit, to a decision."""

from datetime import date

from eligibility.domain.answers import Answers, DayAnswers, Indication, PreviousDose
from eligibility.domain.decision import Decision, Outcome
from eligibility.domain.rules.fhi_2023_05_23.advice import (
    A_DOSE_IS_POSSIBLE,
    Ruling,
    advice_for,
)
from eligibility.domain.rules.fhi_2023_05_23.doses import course_of
from eligibility.domain.rules.fhi_2023_05_23.exposure import pepv_of
from eligibility.domain.rules.fhi_2023_05_23.facts import (
    Facts,
    facts_at_home,
    facts_at_the_visit,
)
from eligibility.domain.rules.fhi_2023_05_23.groups import (
    best_group,
    group_rules_that_fire,
    r8_in_no_group_and_not_exposed,
    r9_setting,
)
from eligibility.domain.rules.fhi_2023_05_23.outcome import outcome_of
from eligibility.domain.rules.fhi_2023_05_23.reasons import rules_that_fire
from eligibility.domain.rules.fhi_2023_05_23.stops import flags_of

NAME = "fhi-2023-05-23"
# What a kept decision still tells about groups: the rules on work, and that none fitted.
KEPT_GROUP_REASONS = frozenset({"R6", "R7", "R8"})
NOTHING_TO_REVIEW = frozenset({Outcome.ELIGIBLE, Outcome.DEFER})


def decide(answers: Answers) -> Decision:
    """Decide a case of the contract."""
    group_reasons = group_rules_that_fire(answers)
    group = best_group(group_reasons)
    if r8_in_no_group_and_not_exposed(answers, group):
        group_reasons |= {"R8"}
    return _conclude(facts_at_home(answers, group), group_reasons, settled=frozenset())


def rescreen(
    kept: Decision, day: DayAnswers, counted_doses: tuple[PreviousDose, ...], on: date
) -> Decision:
    """Decide again at the visit, with group and indication as they were.

    Only a clinician lets a decision with review reasons be `eligible`; it is `defer` only where
    nothing is left to review. So the reasons of these two are settled.
    """
    settled = frozenset(kept.reasons) if kept.outcome in NOTHING_TO_REVIEW else frozenset()
    return _conclude(
        facts_at_the_visit(kept, day, counted_doses, on),
        KEPT_GROUP_REASONS.intersection(kept.reasons),
        settled=settled,
    )


def _conclude(facts: Facts, group_reasons: frozenset[str], *, settled: frozenset[str]) -> Decision:
    fired = rules_that_fire(facts)
    outcome = outcome_of(facts, fired, settled)
    course = course_of(facts) if outcome in A_DOSE_IS_POSSIBLE else None
    group = None if facts.indication is Indication.PEPV else facts.group
    return Decision(
        guideline=NAME,
        assessed_on=facts.on,
        outcome=outcome,
        indication=facts.indication,
        priority_group=group,
        setting=r9_setting(group),
        course=course,
        pepv=pepv_of(facts),
        reasons=tuple(sorted(fired | group_reasons)),
        advice=advice_for(Ruling(facts=facts, outcome=outcome, course=course)),
        flags=flags_of(facts),
    )
