"""Where somebody may book, or has to wait for their group's times."""

from dataclasses import dataclass
from datetime import date

from clinics.models import Clinic
from clinics.selectors import Opening, all_clinics, clinics_offering, openings_of
from eligibility.domain.decision import Course, Decision, Outcome


@dataclass(frozen=True)
class Offer:
    """What somebody who may book is offered: the course, and where.

    ``group`` is the one whose times are shown, None for any. ``clinics`` may be none today.
    """

    course: Course
    group: int | None
    clinics: list[Clinic]


@dataclass(frozen=True)
class Waiting:
    """What somebody who may get a first dose waits for, and the places of their setting."""

    group: int
    openings: list[Opening]


def offer_of(decision: Decision, *, on: date) -> Offer | None:
    """Return what a decision lets somebody book on a day (R9); None for who may not book."""
    course = decision.course
    if decision.outcome != Outcome.ELIGIBLE or course is None:
        return None
    # A second dose is given whatever groups are open.
    group = None if course.next_dose > 1 else decision.priority_group
    if decision.setting is None:  # a second dose without a group: the clinic that gave dose 1
        return Offer(course, group, all_clinics())
    return Offer(course, group, clinics_offering(decision.setting, group, on))


def waiting_of(decision: Decision, *, on: date) -> Waiting | None:
    """Return what a decision lets somebody wait for; None for who needs no group's times."""
    group, setting, course = decision.priority_group, decision.setting, decision.course
    if decision.outcome != Outcome.ELIGIBLE or group is None or setting is None:
        return None
    if course is None or course.next_dose > 1:
        return None
    return Waiting(group, openings_of(setting, group, on))
