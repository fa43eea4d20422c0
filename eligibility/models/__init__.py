from eligibility.models.cases import ReviewCase, ReviewCaseEvent
from eligibility.models.decisions import Decision
from eligibility.models.interests import GroupInterest
from eligibility.models.rule_sets import RuleSetInForce

__all__ = ["Decision", "GroupInterest", "ReviewCase", "ReviewCaseEvent", "RuleSetInForce"]
