"""The states of a session, the moves between them, and what may be changed in which."""

from enum import StrEnum


class SessionState(StrEnum):
    """Whether people can book in a session."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SessionMove(StrEnum):
    """What moves a session from one state to the next."""

    OPEN = "open"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"


class SessionMoveNotAllowedError(Exception):
    """The table of moves has no such move from this state."""


SESSION_MOVES: dict[SessionMove, tuple[frozenset[SessionState], SessionState]] = {
    SessionMove.OPEN: (frozenset({SessionState.DRAFT}), SessionState.OPEN),
    SessionMove.CLOSE: (frozenset({SessionState.OPEN}), SessionState.CLOSED),
    SessionMove.REOPEN: (frozenset({SessionState.CLOSED}), SessionState.OPEN),
    SessionMove.CANCEL: (
        frozenset({SessionState.DRAFT, SessionState.OPEN, SessionState.CLOSED}),
        SessionState.CANCELLED,
    ),
}

# After these people can book.
OPENING_MOVES = frozenset({SessionMove.OPEN, SessionMove.REOPEN})
# The day's work goes on in these, whether or not more people can book.
RUNNING = frozenset({SessionState.OPEN, SessionState.CLOSED})

# People may be booked at the times of anything but a draft; how much vaccine is set aside for
# them, and for whom the times are, may change for as long as more people can come.
TIMES = frozenset({"starts_at", "ends_at", "stations", "slot_minutes"})
PLANNING = frozenset({"vials_allotted", "offered_groups", "cutoff_at"})
CHANGEABLE: dict[SessionState, frozenset[str]] = {
    SessionState.DRAFT: TIMES | PLANNING,
    SessionState.OPEN: PLANNING,
    SessionState.CLOSED: frozenset(),
    SessionState.CANCELLED: frozenset(),
}


def session_target(move: SessionMove, state: SessionState) -> SessionState:
    """Return where a move leads from a state. Raises SessionMoveNotAllowedError."""
    sources, goal = SESSION_MOVES[move]
    if state not in sources:
        raise SessionMoveNotAllowedError(f"{move} from {state}")
    return goal


def moves_from(state: SessionState) -> list[SessionMove]:
    """List the moves that a state allows, in the order of the table."""
    return [move for move, (sources, _goal) in SESSION_MOVES.items() if state in sources]
