"""What a decision is explained with: the rules that led there, and the advice that applies."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from eligibility.domain.decision import Decision
from eligibility.domain.rules import rule_set_named
from eligibility.domain.rules.origin import Origin
from eligibility.rule_words import RuleWords, words_of

# What is said beside the next step, unfolded: bring ID, and it matters that you come.
BEFORE_YOU_COME = ("R37", "R39")
# Everything else, by what a person wants to know. R35 and R17 stand first: they ask for action.
SECTIONS: tuple[tuple[StrOrPromise, tuple[str, ...]], ...] = (
    (_("Særlig for deg"), ("R13", "R17", "R35", "R29", "R49", "R36", "R40")),
    (_("Om vaksinen"), ("R24", "R50")),
    (_("Bivirkninger"), ("R47", "R45", "R42")),
    (_("Hvor godt vaksinen beskytter"), ("R44", "R48")),
    (_("Hvis du blir syk likevel"), ("R46", "R43")),
)


@dataclass(frozen=True)
class AdviceSection:
    """Advice on one matter, in the order in which it is read."""

    title: StrOrPromise
    advice: tuple[RuleWords, ...]


@dataclass(frozen=True)
class RuleThatFired:
    """A rule that led to a decision, and where it comes from."""

    origin: Origin
    words: RuleWords


def advice_sections(decision: Decision) -> list[AdviceSection]:
    """Return the advice that applies, but for what is said unfolded, by matter."""
    sections = (AdviceSection(title, _said(decision, rule_ids)) for title, rule_ids in SECTIONS)
    return [section for section in sections if section.advice]


def before_you_come(decision: Decision) -> tuple[RuleWords, ...]:
    """Return what a person with a dose ahead has to know before the visit (R37, R39)."""
    return _said(decision, BEFORE_YOU_COME)


def rules_that_fired(decision: Decision) -> list[RuleThatFired]:
    """Return the rules behind a decision, R1 before R16 and both before our readings.

    R1-R4 among them: shown in the same visit, they are not kept.
    """
    origins = {origin.rule_id: origin for origin in rule_set_named(decision.guideline).origins}
    return [
        RuleThatFired(origins[rule_id], words_of(rule_id, decision.guideline))
        for rule_id in sorted(decision.reasons, key=_in_order)
    ]


def _said(decision: Decision, rule_ids: tuple[str, ...]) -> tuple[RuleWords, ...]:
    return tuple(
        words_of(rule_id, decision.guideline) for rule_id in rule_ids if rule_id in decision.advice
    )


def _in_order(rule_id: str) -> tuple[bool, int]:
    number = re.sub(r"\D", "", rule_id)
    return not rule_id.startswith("R"), int(number or 99)
