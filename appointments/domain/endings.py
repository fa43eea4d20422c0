"""Why somebody who came went home without a dose, for reasons that the questions do not give."""

from enum import StrEnum

from appointments.domain.status import Move


class EndReason(StrEnum):
    """What is said of a visit that ended without a dose."""

    NO_ID = "no_id"
    NO_VACCINE = "no_vaccine"
    OTHER = "other"
    COULD_NOT_WAIT = "could_not_wait"
    GONE = "gone"
    CHANGED_MIND = "changed_mind"
    WANTS_TO_THINK = "wants_to_think"


# How each ends the visit: the clinic turns away, or the person leaves or declines.
MOVE_OF: dict[EndReason, Move] = {
    EndReason.NO_ID: Move.TURN_AWAY,
    EndReason.NO_VACCINE: Move.TURN_AWAY,
    EndReason.OTHER: Move.TURN_AWAY,
    EndReason.COULD_NOT_WAIT: Move.LEAVE,
    EndReason.GONE: Move.LEAVE,
    EndReason.CHANGED_MIND: Move.DECLINE,
    EndReason.WANTS_TO_THINK: Move.DECLINE,
}
# These say nothing by themselves.
NEEDS_A_NOTE = frozenset({EndReason.OTHER})
