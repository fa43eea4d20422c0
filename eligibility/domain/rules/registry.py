"""The rule sets in the code. A new one is a package of its own and a line in RULE_SETS."""

from datetime import date

from eligibility.domain.answers import Answers
from eligibility.domain.decision import Decision
from eligibility.domain.rules import fhi_2023_05_23
from eligibility.domain.rules.rule_set import RuleSet

RULE_SETS: tuple[RuleSet, ...] = (fhi_2023_05_23.RULE_SET,)


class UnknownRuleSetError(LookupError):
    """No rule set has this name."""


class NoRuleSetInForceError(LookupError):
    """The day lies before the first rule set."""


def decide(answers: Answers, rule_set: RuleSet) -> Decision:
    """Decide a case by a rule set."""
    return rule_set.decide(answers)


def rule_set_in_force(on: date, among: tuple[RuleSet, ...] = RULE_SETS) -> RuleSet:
    """Return the newest rule set that is valid on a day.

    Raises NoRuleSetInForceError before the first one.
    """
    valid = [rule_set for rule_set in among if rule_set.valid_from <= on]
    if not valid:
        raise NoRuleSetInForceError(on)
    return newest_rule_set(tuple(valid))


def rule_set_named(name: str, among: tuple[RuleSet, ...] = RULE_SETS) -> RuleSet:
    """Return the rule set with a name, e.g. "fhi-2023-05-23".

    Raises UnknownRuleSetError where there is none.
    """
    for rule_set in among:
        if rule_set.name == name:
            return rule_set
    raise UnknownRuleSetError(name)


def newest_rule_set(among: tuple[RuleSet, ...] = RULE_SETS) -> RuleSet:
    """Return the newest rule set in the code, also where it is not in force yet."""
    return max(among, key=_valid_from)


def _valid_from(rule_set: RuleSet) -> date:
    return rule_set.valid_from
