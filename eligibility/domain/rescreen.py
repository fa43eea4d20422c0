"""The re-screen at the visit: stops, course and reviews again; group and indication are kept."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as Number

from eligibility.domain.answers import DayAnswers, PreviousDose
from eligibility.domain.decision import Decision, Outcome, Route
from eligibility.domain.rules import RuleSet, rule_set_in_force

WHOLE_VIAL_ML = Number("0.5")


def rescreen(
    kept_decision: Decision,
    day_answers: DayAnswers,
    counted_doses: Iterable[PreviousDose],
    on: date,
    rule_set: RuleSet | None = None,
) -> Decision:
    """Decide again on the day of the visit, by the rule set in force that day.

    Without ``rule_set`` it is the one that is in force where nobody has put another. Group answers
    are not kept, so group, setting and indication are the kept decision's.
    A review reason that a clinician has approved (the kept outcome is then `eligible`, or `defer`)
    does not ask again; a new one does. A dose whose papers proved missing may be among the doses:
    it is not counted, and a clinician decides (A8). Raises NoRuleSetInForceError.
    """
    rules = rule_set or rule_set_in_force(on)
    return rules.rescreen(kept_decision, day_answers, tuple(counted_doses), on)


def as_approved(
    decision: Decision,
    counted_doses: Iterable[PreviousDose],
    *,
    doses: int | None,
    route: Route | None,
    interval_days: int | None,
) -> Decision:
    """Return a decision of the day with the course that a clinician approved (A2, A3, A11).

    None leaves the rules' own; under the skin holds where either says so (R25, R27). A decision
    without a course is left as it is.
    """
    course = decision.course
    if course is None:
        return decision
    if doses is not None:
        course = replace(course, doses=max(doses, course.next_dose))
    if route is Route.SUBCUTANEOUS:
        course = replace(course, route=route, volume_ml=WHOLE_VIAL_ML)
    last = max((dose.given_on for dose in counted_doses if dose.counts), default=None)
    if interval_days is not None and last is not None:
        first_day = last + timedelta(days=interval_days)
        course = replace(course, earliest_on=max(decision.assessed_on, first_day))
    return replace(decision, course=course)


def as_refused(decision: Decision, outcome: Outcome) -> Decision:
    """Return a decision of the day that a clinician's refusal stands in the way of.

    A stop for the person's safety goes before it (R30, R32).
    """
    if decision.outcome in {Outcome.SEEK_CARE, Outcome.CONTRAINDICATED}:
        return decision
    return replace(decision, outcome=outcome, course=None)
