"""What a clinician has written beside an approval."""

from eligibility.domain.cases import CaseState
from eligibility.models import Decision, ReviewCase


def case_of_interval(decision: Decision) -> ReviewCase | None:
    """Return the case whose clinician allowed the interval that a decision carries (A11)."""
    if decision.interval_override_days is None:
        return None
    return (
        ReviewCase.objects.filter(
            patient_id=decision.patient_id,
            state=CaseState.APPROVED,
            outcome__interval_override_days=decision.interval_override_days,
            decided_at__lte=decision.made_at,
        )
        .order_by("-decided_at")
        .first()
    )
