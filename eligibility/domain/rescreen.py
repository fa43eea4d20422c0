"""The re-screen at the visit: stops, course and reviews again; group and indication are kept."""

from collections.abc import Iterable
from datetime import date

from eligibility.domain.answers import DayAnswers, PreviousDose
from eligibility.domain.decision import Decision
from eligibility.domain.rules import rule_set_in_force


def rescreen(
    kept_decision: Decision,
    day_answers: DayAnswers,
    counted_doses: Iterable[PreviousDose],
    on: date,
) -> Decision:
    """Decide again on the day of the visit, by the rule set in force that day.

    Group answers are not kept, so group, setting and indication are the kept decision's.
    A review reason that a clinician has approved (the kept outcome is then `eligible`) does not
    ask again; a new one does. Raises NoRuleSetInForceError.
    """
    rule_set = rule_set_in_force(on)
    return rule_set.rescreen(kept_decision, day_answers, tuple(counted_doses), on)
