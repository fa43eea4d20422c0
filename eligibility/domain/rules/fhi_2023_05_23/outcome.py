"""The outcome: the first of eight steps that matches."""

from eligibility.domain.answers import Indication
from eligibility.domain.decision import Outcome
from eligibility.domain.rules.fhi_2023_05_23.facts import Facts, has_only_dose_for, is_exposed

REVIEWS = frozenset({"A1", "A2", "A3", "A5", "A6", "A8", "A9", "A12"})
# R10 sends every exposed person to a doctor; the others are what the doctor has to weigh.
REVIEWS_AFTER_EXPOSURE = REVIEWS | {"R10", "R12", "R15", "R26", "R28", "A10"}


def outcome_of(facts: Facts, fired: frozenset[str], settled: frozenset[str]) -> Outcome:
    """Return the outcome. `settled` are review reasons that a clinician has approved before."""
    if "R32" in fired:
        return Outcome.SEEK_CARE
    if is_exposed(facts):
        return _after_exposure(fired, settled)
    if facts.no_place:
        return Outcome.NOT_OFFERED
    if "R30" in fired:
        return Outcome.CONTRAINDICATED
    if fired & {"R33", "R20", "COMPLETE"} or _pepv_dose_was_enough(facts):
        return Outcome.NOT_NEEDED
    return _review_or_now(fired & REVIEWS, fired, settled)


def _after_exposure(fired: frozenset[str], settled: frozenset[str]) -> Outcome:
    if "R30" in fired:
        return Outcome.CONTRAINDICATED
    if fired & {"R33", "R20"}:
        return Outcome.NOT_NEEDED
    return _review_or_now(fired & REVIEWS_AFTER_EXPOSURE, fired, settled)


def _review_or_now(
    reviews: frozenset[str], fired: frozenset[str], settled: frozenset[str]
) -> Outcome:
    if reviews - settled:
        return Outcome.CLINICIAN_REVIEW
    if fired & {"R31", "R34"}:
        return Outcome.DEFER
    return Outcome.ELIGIBLE


def _pepv_dose_was_enough(facts: Facts) -> bool:
    """Tell of one PEPV dose, continuing risk denied, and no group that fits."""
    return (
        has_only_dose_for(facts, Indication.PEPV)
        and not facts.continuing_risk
        and facts.group is None
    )
