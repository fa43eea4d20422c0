"""The versioned rules: `rule_set_in_force(on)` finds a set, `decide(answers, rule_set)` uses it."""

from eligibility.domain.rules.registry import (
    RULE_SETS,
    NoRuleSetInForceError,
    UnknownRuleSetError,
    decide,
    newest_rule_set,
    rule_set_in_force,
    rule_set_named,
)
from eligibility.domain.rules.rule_set import RuleSet

__all__ = [
    "RULE_SETS",
    "NoRuleSetInForceError",
    "RuleSet",
    "UnknownRuleSetError",
    "decide",
    "newest_rule_set",
    "rule_set_in_force",
    "rule_set_named",
]
