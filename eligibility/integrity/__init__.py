"""What is always true of decisions and what leads to them."""

from eligibility.integrity import decisions
from integrity.invariants import Invariants

INVARIANTS = Invariants(decisions.INVARIANTS)
