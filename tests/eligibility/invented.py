"""An invented second rule set: what a new edition of the guideline could be like.

It stands beside the first without touching it: everybody whom the first offers the vaccine is seen
by a doctor, for a reason of its own.
"""

from dataclasses import replace
from datetime import date

from eligibility import rule_words
from eligibility.domain.answers import Answers, DayAnswers, PreviousDose
from eligibility.domain.decision import Decision, Outcome
from eligibility.domain.rules import RuleSet, rule_set_named
from eligibility.domain.rules.origin import Chapter, Origin

FIRST = rule_set_named("fhi-2023-05-23")
NAME = "invented-2026-01-01"
HOLDS_FROM = date(2026, 1, 1)


def a_doctor_sees_everybody(decision: Decision) -> Decision:
    """R51: every offer is a doctor's."""
    if decision.outcome is not Outcome.ELIGIBLE:
        return replace(decision, guideline=NAME)
    return replace(
        decision,
        guideline=NAME,
        outcome=Outcome.CLINICIAN_REVIEW,
        reasons=tuple(sorted((*decision.reasons, "R51"))),
    )


def decide(answers: Answers) -> Decision:
    return a_doctor_sees_everybody(FIRST.decide(answers))


def rescreen(
    kept: Decision, day: DayAnswers, doses: tuple[PreviousDose, ...], on: date
) -> Decision:
    return a_doctor_sees_everybody(FIRST.rescreen(kept, day, doses, on))


INVENTED = RuleSet(
    name=NAME,
    source="Oppdiktet",
    valid_from=HOLDS_FROM,
    origins=(*FIRST.origins, Origin("R51", Chapter.OFFER, "Nytt", "Alle skal vurderes av lege.")),
    decide=decide,
    rescreen=rescreen,
)
WORDS = rule_words.RuleWords("En lege ser alle", "Alle skal vurderes av lege.")
