"""The states of a lot and the moves between them: the one table of both."""

from enum import StrEnum


class LotState(StrEnum):
    """Whether vials of a lot may be used."""

    USABLE = "usable"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"


class LotMove(StrEnum):
    """What moves a lot from one state to the next."""

    REPORT_EXCURSION = "report_excursion"
    QUARANTINE = "quarantine"
    RELEASE = "release"
    RECALL = "recall"


class LotMoveNotAllowedError(Exception):
    """The table of moves has no such move from this state."""


# Nothing leads out of RECALLED: it is final.
LOT_MOVES: dict[LotMove, tuple[frozenset[LotState], LotState]] = {
    # A lot in quarantine can become too warm there as well.
    LotMove.REPORT_EXCURSION: (
        frozenset({LotState.USABLE, LotState.QUARANTINED}),
        LotState.QUARANTINED,
    ),
    LotMove.QUARANTINE: (frozenset({LotState.USABLE}), LotState.QUARANTINED),
    LotMove.RELEASE: (frozenset({LotState.QUARANTINED}), LotState.USABLE),
    LotMove.RECALL: (frozenset({LotState.USABLE, LotState.QUARANTINED}), LotState.RECALLED),
}


def allowed(move: LotMove, state: str) -> bool:
    """Tell whether a move leads anywhere from a state."""
    return state in LOT_MOVES[move][0]


def lot_target(move: LotMove, state: str) -> LotState:
    """Return where a move leads from a state. Raises LotMoveNotAllowedError."""
    sources, goal = LOT_MOVES[move]
    if state not in sources:
        raise LotMoveNotAllowedError(f"{move} from {state}")
    return goal
