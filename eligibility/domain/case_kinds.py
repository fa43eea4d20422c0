"""Which decisions a clinician has the last word on, and as what kind of case."""

from eligibility.domain.cases import CaseKind
from eligibility.domain.decision import Decision, Outcome

# Exposed people are always a clinician's to decide on (R10), also those who stop at R30, R33 or
# R20. Symptoms lead to a doctor at once instead (R32).
AFTER_EXPOSURE = frozenset({Outcome.CLINICIAN_REVIEW, Outcome.CONTRAINDICATED, Outcome.NOT_NEEDED})


def case_kind_of(decision: Decision) -> CaseKind | None:
    """Return the kind of case that a decision at home leads to; None when it leads to none."""
    if decision.pepv is not None:
        return CaseKind.PEPV if decision.outcome in AFTER_EXPOSURE else None
    return CaseKind.REVIEW if decision.outcome == Outcome.CLINICIAN_REVIEW else None
