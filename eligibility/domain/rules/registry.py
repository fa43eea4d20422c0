"""The rule sets in the code. A new one is a package of its own and a line in RULE_SETS."""

from datetime import date

from eligibility.domain.answers import Answers
from eligibility.domain.decision import Decision
from eligibility.domain.rules import fhi_2023_05_23
from eligibility.domain.rules.rule_set import RuleSet

RULE_SETS: tuple[RuleSet, ...] = (fhi_2023_05_23.RULE_SET,)


class UnknownRuleSetError(LookupError):
    """No rule set in the code has this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        known = ", ".join(rule_set.name for rule_set in rule_sets())
        super().__init__(f"the code has no rule set {name!r}; it has {known}")


def rule_sets() -> tuple[RuleSet, ...]:
    """Return all rule sets in the code."""
    return RULE_SETS


def decide(answers: Answers, rule_set: RuleSet) -> Decision:
    """Decide a case by a rule set."""
    return rule_set.decide(answers)


def rule_set_named(name: str) -> RuleSet:
    """Return the rule set with a name, e.g. "fhi-2023-05-23".

    Raises UnknownRuleSetError where there is none.
    """
    for rule_set in rule_sets():
        if rule_set.name == name:
            return rule_set
    raise UnknownRuleSetError(name)


def first_rule_set() -> RuleSet:
    """Return the oldest rule set in the code, which needs nobody to put it in force."""
    return min(rule_sets(), key=_valid_from)


def newest_rule_set() -> RuleSet:
    """Return the newest rule set in the code, also where it is not in force yet."""
    return max(rule_sets(), key=_valid_from)


def _valid_from(rule_set: RuleSet) -> date:
    return rule_set.valid_from
