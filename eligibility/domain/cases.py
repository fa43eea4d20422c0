"""The states of a review case, the moves between them, and how urgent a case is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from clinics.domain.calendar import OSLO, oslo_date

# R11: the last day, counted from the exposure, on which vaccination may prevent the disease.
PREVENTS_DISEASE_FOR = timedelta(days=4)
# R12: after day 14 the exposure's day means nothing any more.
KEPT_FOR_DAYS = 14
URGENT_WITHIN = timedelta(hours=12)
# A clinician's own interval between the doses, in days (reading: A11 names no limits).
SHORTEST_INTERVAL, LONGEST_INTERVAL = 7, 365


class CaseKind(StrEnum):
    """What brought a person to a clinician."""

    PEPV = "pepv"
    REVIEW = "review"
    VISIT = "visit"


class CaseState(StrEnum):
    """Where a case is on its way."""

    OPEN = "open"
    CLAIMED = "claimed"
    ASKED_TO_CALL = "asked_to_call"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class CaseMove(StrEnum):
    """What moves a case from one state to the next."""

    CLAIM = "claim"
    RELEASE = "release"
    TAKE_OVER = "take_over"
    ASK_TO_CALL = "ask_to_call"
    HAND_OVER = "hand_over"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    CLOSE = "close"


class CaseMoveNotAllowedError(Exception):
    """The table of moves has no such move from this state."""


# A case with one of these waits for an answer; a patient has one such case at most.
WAITING = frozenset({CaseState.OPEN, CaseState.CLAIMED, CaseState.ASKED_TO_CALL})
# These belong to the clinician who took them.
TAKEN = frozenset({CaseState.CLAIMED, CaseState.ASKED_TO_CALL})
DECIDED = frozenset({CaseState.APPROVED, CaseState.REFUSED})
ENDED = frozenset(CaseState) - WAITING

CASE_MOVES: dict[CaseMove, tuple[frozenset[CaseState], CaseState]] = {
    CaseMove.CLAIM: (frozenset({CaseState.OPEN}), CaseState.CLAIMED),
    CaseMove.RELEASE: (TAKEN, CaseState.OPEN),
    CaseMove.TAKE_OVER: (TAKEN, CaseState.CLAIMED),
    CaseMove.ASK_TO_CALL: (frozenset({CaseState.CLAIMED}), CaseState.ASKED_TO_CALL),
    CaseMove.HAND_OVER: (TAKEN, CaseState.OPEN),
    CaseMove.APPROVE: (TAKEN, CaseState.APPROVED),
    CaseMove.REFUSE: (TAKEN, CaseState.REFUSED),
    # The person's own: it needs no clinician.
    CaseMove.WITHDRAW: (WAITING, CaseState.WITHDRAWN),
    # Without a decision: the person does not want it any more, or it is settled otherwise.
    CaseMove.CLOSE: (TAKEN, CaseState.CLOSED),
}


def case_target(move: CaseMove, state: CaseState) -> CaseState:
    """Return where a move leads from a state. Raises CaseMoveNotAllowedError."""
    sources, goal = CASE_MOVES[move]
    if state not in sources:
        raise CaseMoveNotAllowedError(f"{move} from {state}")
    return goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What a case's place in the queue follows from. Days are days in Oslo.

    ``prevents_until`` is day 4 (R11) and ``deadline`` the last day (R12); both None unless somebody
    was exposed. ``high_risk`` is R12's.
    """

    prevents_until: date | None
    deadline: date | None
    high_risk: bool
    opened_at: datetime


class Urgency(StrEnum):
    """How a case stands out in the queue."""

    OVERDUE = "overdue"
    WITHIN_12_HOURS = "within_12_hours"
    DATED = "dated"
    UNDATED = "undated"


def due_day(timing: Timing, today: date) -> date | None:
    """Return the day that counts now: day 4 while it is ahead, then the last day."""
    if timing.prevents_until is not None and timing.prevents_until >= today:
        return timing.prevents_until
    return timing.deadline


def end_of_day(day: date) -> datetime:
    """Return the moment when a day in Oslo is over."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=OSLO)


def time_left(timing: Timing, now: datetime) -> timedelta | None:
    """Return how long it is to the end of the day that counts; negative when it is over."""
    due = due_day(timing, oslo_date(now))
    if due is None:
        return None
    # In UTC: the day on which the clock goes back has 25 hours.
    return end_of_day(due).astimezone(UTC) - now.astimezone(UTC)


def urgency_of(timing: Timing, now: datetime) -> Urgency:
    """Tell how a case stands out: its last day is over, or the day that counts ends in 12 hours."""
    left = time_left(timing, now)
    if left is None:
        return Urgency.UNDATED
    if left <= timedelta(0):
        return Urgency.OVERDUE
    return Urgency.WITHIN_12_HOURS if left <= URGENT_WITHIN else Urgency.DATED


def stands_out(timing: Timing, now: datetime) -> bool:
    """Tell whether a case is overdue, or will be within 12 hours."""
    return urgency_of(timing, now) in {Urgency.OVERDUE, Urgency.WITHIN_12_HOURS}


def queue_key(timing: Timing, now: datetime) -> tuple[int, date, bool, date, datetime]:
    """Return what the queue is sorted by: day 4 while it is ahead, high risk first on each such
    day; then by the last day; then those without days, the longest waiting first.
    """
    today = oslo_date(now)
    due, last = due_day(timing, today), timing.deadline or date.max
    if due is None:
        return (2, date.max, True, date.max, timing.opened_at)
    if timing.prevents_until is not None and timing.prevents_until >= today:
        return (0, due, not timing.high_risk, last, timing.opened_at)
    return (1, due, not timing.high_risk, last, timing.opened_at)
