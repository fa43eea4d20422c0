"""What is always true of decisions and what leads to them."""

from eligibility.integrity import cases, decisions, interests, rule_sets
from integrity.invariants import Invariants

INVARIANTS = Invariants(
    decisions.INVARIANTS, rule_sets.INVARIANTS, cases.INVARIANTS, interests.INVARIANTS
)
