"""The states of an appointment and the moves between them: the one table of both."""

from enum import StrEnum


class Status(StrEnum):
    """Where an appointment is on its way."""

    HELD = "held"
    BOOKED = "booked"
    ARRIVED = "arrived"
    VACCINATED = "vaccinated"
    TURNED_AWAY = "turned_away"
    LEFT = "left"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    EXPIRED = "expired"


class Move(StrEnum):
    """What moves an appointment from one state to the next."""

    CONFIRM = "confirm"
    EXPIRE = "expire"
    CANCEL = "cancel"
    CHECK_IN = "check_in"
    UNDO_CHECK_IN = "undo_check_in"
    MISS = "miss"
    UNDO_MISS = "undo_miss"
    ARRIVE_AFTER_ALL = "arrive_after_all"
    VACCINATE = "vaccinate"
    RECORD_LATE = "record_late"
    TURN_AWAY = "turn_away"
    LEAVE = "leave"
    DECLINE = "decline"
    VOID_DOSE = "void_dose"
    EXPECT_AFTER_ALL = "expect_after_all"
    MISS_AFTER_ALL = "miss_after_all"


class MoveNotAllowedError(Exception):
    """The table of moves has no such move from this state."""


MOVES: dict[Move, tuple[frozenset[Status], Status]] = {
    Move.CONFIRM: (frozenset({Status.HELD}), Status.BOOKED),
    Move.EXPIRE: (frozenset({Status.HELD}), Status.EXPIRED),
    Move.CANCEL: (frozenset({Status.BOOKED}), Status.CANCELLED),
    Move.CHECK_IN: (frozenset({Status.BOOKED}), Status.ARRIVED),
    Move.UNDO_CHECK_IN: (frozenset({Status.ARRIVED}), Status.BOOKED),
    Move.MISS: (frozenset({Status.BOOKED}), Status.NO_SHOW),
    # These two the same day only: whoever ended a visit, or was given up too soon, is back.
    Move.UNDO_MISS: (frozenset({Status.NO_SHOW}), Status.BOOKED),
    Move.ARRIVE_AFTER_ALL: (
        frozenset({Status.NO_SHOW, Status.TURNED_AWAY, Status.LEFT, Status.DECLINED}),
        Status.ARRIVED,
    ),
    Move.VACCINATE: (frozenset({Status.ARRIVED}), Status.VACCINATED),
    # What happened is recorded, whatever was noted before; also on a later day.
    Move.RECORD_LATE: (
        frozenset(
            {Status.BOOKED, Status.NO_SHOW, Status.TURNED_AWAY, Status.LEFT, Status.DECLINED}
        ),
        Status.VACCINATED,
    ),
    Move.TURN_AWAY: (frozenset({Status.ARRIVED}), Status.TURNED_AWAY),
    Move.LEAVE: (frozenset({Status.ARRIVED}), Status.LEFT),
    # Also later: who was turned away is called, and may want no other time.
    Move.DECLINE: (frozenset({Status.ARRIVED, Status.TURNED_AWAY}), Status.DECLINED),
    Move.VOID_DOSE: (frozenset({Status.VACCINATED}), Status.ARRIVED),
    # The record alone said that the person came: without it they are expected, or did not come.
    Move.EXPECT_AFTER_ALL: (frozenset({Status.VACCINATED}), Status.BOOKED),
    Move.MISS_AFTER_ALL: (frozenset({Status.VACCINATED}), Status.NO_SHOW),
}

# These take the seat, so nobody else can have it.
OCCUPYING = frozenset({Status.HELD, Status.BOOKED, Status.ARRIVED, Status.VACCINATED})
# Came, and had no dose.
ENDED_WITHOUT_DOSE = frozenset({Status.TURNED_AWAY, Status.LEFT, Status.DECLINED})
# A patient has one of these for each dose at most.
ACTIVE = frozenset({Status.BOOKED, Status.ARRIVED})


def target(move: Move, status: Status) -> Status:
    """Return where a move leads from a state. Raises MoveNotAllowedError."""
    sources, goal = MOVES[move]
    if status not in sources:
        raise MoveNotAllowedError(f"{move} from {status}")
    return goal
