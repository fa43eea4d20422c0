"""What the auditor is told of: the kinds of alarm, and how much is too much."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class AlarmKind(StrEnum):
    """Why the auditor is told."""

    # Somebody looked up many people in an hour, besides those on the boards they had opened.
    MANY_PEOPLE = "many_people"
    # Somebody opened many people in a day with whom the clinic had nothing to do.
    NO_TIE = "no_tie"
    # Somebody gave a reason; each time.
    REASON_GIVEN = "reason_given"


@dataclass(frozen=True)
class Limits:
    """How many different people, for one member of staff at one clinic, are not yet too many."""

    people_in_an_hour: int
    without_tie_in_a_day: int


# Hours and days that are over are looked at for so long, so that a sweep that is away misses none.
LOOKS_BACK = timedelta(days=3)
LONGEST_NOTE = 500
# Reads of one person, besides lists and boards: what somebody does who is curious.
LOOK_UPS = (
    "access_log.exported",
    "access_log.read",
    "case.read",
    "case.sent_read",
    "message.read",
    "patient.read",
    "person.merge_read",
    "person.read",
    "reaction.read",
    "search.read",
    "waiting.read",
)
BOARD = "board.read"
GIVEN = "reason.given"
