"""Why somebody at a clinic may open a person's pages: what the clinic has to do with them now.

Nobody is refused who has no reason: they are asked for one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID


class Why(StrEnum):
    """What gives a clinic a reason, the one that tells most first."""

    APPOINTMENT = "appointment"
    CASE = "case"
    REACTION = "reaction"
    NEXT_DOSE = "next_dose"
    DISPLACED = "displaced"
    WAITING = "waiting"
    RECALL = "recall"
    MESSAGE = "message"
    DOSE = "dose"
    # None of these: somebody said why.
    GIVEN = "given"


# How long after its day a thing is still a reason. An appointment that is to come is one however
# far away it is, and what nobody has ended has no day. What is not here is a reason to the end of
# the day on which it ended: somebody presses twice, or looks at what they have just done.
LASTS = {
    Why.APPOINTMENT: timedelta(days=14),
    Why.CASE: timedelta(days=14),
    Why.REACTION: timedelta(days=60),
    Why.RECALL: timedelta(days=60),
    Why.DOSE: timedelta(days=60),
}


@dataclass(frozen=True)
class Tie:
    """Something that a clinic has to do with a person; ``on`` is its day, None while it is open."""

    why: Why
    id: UUID
    on: date | None = None


class GivenCode(StrEnum):
    """The reasons that one can choose."""

    CONTACT = "contact"
    FOLLOW_UP = "follow_up"
    CORRECTION = "correction"
    REQUEST = "request"
    EMERGENCY = "emergency"
    OTHER = "other"


# How long a given reason opens one person's pages, for one session.
OPEN_FOR = timedelta(minutes=30)
SHORTEST, LONGEST = 10, 200


def holds(tie: Tie, today: date) -> bool:
    """Tell whether a tie is a reason today."""
    return tie.on is None or tie.on + LASTS.get(tie.why, timedelta()) >= today


def reason_of(ties: Iterable[Tie], *, today: date) -> Tie | None:
    """Return the tie that tells most, of several the one nearest to today; None without one."""
    order = list(Why)

    def rank(tie: Tie) -> tuple[int, int, str]:
        return order.index(tie.why), abs((tie.on or today) - today).days, str(tie.id)

    return min((tie for tie in ties if holds(tie, today)), key=rank, default=None)
