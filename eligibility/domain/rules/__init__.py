"""The versioned rules: `rule_set_in_force` finds a set, `decide(answers, rule_set)` uses it."""

from eligibility.domain.rules.in_force import (
    InForce,
    NoRuleSetInForceError,
    PutInForce,
    in_force,
    rule_set_in_force,
    standing,
)
from eligibility.domain.rules.registry import (
    UnknownRuleSetError,
    decide,
    first_rule_set,
    newest_rule_set,
    rule_set_named,
    rule_sets,
)
from eligibility.domain.rules.rule_set import RuleSet

__all__ = [
    "InForce",
    "NoRuleSetInForceError",
    "PutInForce",
    "RuleSet",
    "UnknownRuleSetError",
    "decide",
    "first_rule_set",
    "in_force",
    "newest_rule_set",
    "rule_set_in_force",
    "rule_set_named",
    "rule_sets",
    "standing",
]
