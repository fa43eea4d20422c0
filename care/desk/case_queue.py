"""The clinician's queue and a case of it, as the pages show them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clinics.domain.calendar import oslo_date
from clinics.models import Staff
from eligibility.domain.cases import (
    TAKEN,
    WAITING,
    Urgency,
    due_day,
    queue_key,
    time_left,
    urgency_of,
)
from eligibility.domain.decision import Course, Flag
from eligibility.models import Decision, ReviewCase
from eligibility.rule_words import RuleWords, words_of
from eligibility.selectors.cases import timing_of, waiting_cases
from eligibility.services.decisions import course_of

# Said by the course and the flags, or about the queue itself.
_SAID_ELSEWHERE = frozenset({"R16", "R19", "R21"})
_SAID_IN_DAYS_FROM = 48  # hours
_ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Reason:
    """A rule that led to a decision, with its words."""

    rule_id: str
    words: RuleWords


@dataclass(frozen=True)
class CaseShown:
    """A case with what the pages tell of it.

    ``due_on`` is the day that counts now, None for a case without; ``hours_left`` whole hours to
    its end, negative when it is over. ``is_mine`` tells that the reader has taken it.
    """

    case: ReviewCase
    urgency: Urgency
    due_on: date | None
    hours_left: int | None
    reasons: list[Reason]
    course: Course | None
    flags: list[Flag]
    is_mine: bool

    @property
    def days_left(self) -> int:
        """Whole days to the end, from two on; 0 where hours say it."""
        hours = self.hours_left or 0
        return hours // 24 if hours >= _SAID_IN_DAYS_FROM else 0

    @property
    def stands_out(self) -> bool:
        """Whether it is overdue, or will be within 12 hours."""
        return self.waits and self.urgency in {Urgency.OVERDUE, Urgency.WITHIN_12_HOURS}

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return self.case.state in WAITING

    @property
    def is_taken(self) -> bool:
        """Whether a clinician has it."""
        return self.case.state in TAKEN


def shown(case: ReviewCase, *, reader: Staff, now: datetime) -> CaseShown:
    """Return a case as the pages show it."""
    timing = timing_of(case)
    left = time_left(timing, now)
    return CaseShown(
        case=case,
        urgency=urgency_of(timing, now),
        due_on=due_day(timing, oslo_date(now)),
        hours_left=None if left is None else left // _ONE_HOUR,
        reasons=reasons_of(case.decision),
        course=course_of(case.decision),
        flags=[Flag(flag) for flag in case.decision.flags],
        is_mine=case.state in TAKEN and case.claimed_by_id == reader.pk,
    )


def queue_of(clinic_id: int, *, reader: Staff, now: datetime) -> list[CaseShown]:
    """Return a clinic's waiting cases in the order in which they are to be answered; one query."""
    cases = sorted(waiting_cases(clinic_id), key=lambda case: queue_key(timing_of(case), now))
    return [shown(case, reader=reader, now=now) for case in cases]


def reasons_of(decision: Decision) -> list[Reason]:
    """Return the rules behind a decision, in plain words."""
    return [
        Reason(rule_id, words_of(rule_id, decision.rule_set))
        for rule_id in decision.reasons
        if rule_id not in _SAID_ELSEWHERE
    ]
