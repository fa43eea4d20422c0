"""The table of a session's states and moves."""

from itertools import product

import pytest

from appointments.domain.session_states import (
    CHANGEABLE,
    PLANNING,
    SESSION_MOVES,
    TIMES,
    SessionMove,
    SessionMoveNotAllowedError,
    SessionState,
    moves_from,
    session_target,
)
from appointments.domain.status_diagram import session_mermaid

# As the design says it, not as the table does.
ALLOWED = {
    ("draft", "open"): SessionMove.OPEN,
    ("open", "closed"): SessionMove.CLOSE,
    ("closed", "open"): SessionMove.REOPEN,
    ("draft", "cancelled"): SessionMove.CANCEL,
    ("open", "cancelled"): SessionMove.CANCEL,
    ("closed", "cancelled"): SessionMove.CANCEL,
}


@pytest.mark.parametrize(("move", "source"), list(product(SessionMove, SessionState)), ids=str)
def test_a_move_is_allowed_just_where_the_design_says(move, source):
    goals = [goal for (start, goal), named in ALLOWED.items() if (start, named) == (source, move)]
    if goals:
        assert [session_target(move, source)] == goals
        assert move in moves_from(source)
    else:
        with pytest.raises(SessionMoveNotAllowedError, match=f"{move} from {source}"):
            session_target(move, source)
        assert move not in moves_from(source)


def test_nothing_leads_out_of_a_cancelled_session():
    assert moves_from(SessionState.CANCELLED) == []


def test_times_change_in_a_draft_only_and_planning_until_it_is_closed():
    assert CHANGEABLE[SessionState.DRAFT] == TIMES | PLANNING
    assert CHANGEABLE[SessionState.OPEN] == PLANNING
    assert not CHANGEABLE[SessionState.CLOSED]
    assert not CHANGEABLE[SessionState.CANCELLED]


def test_the_diagram_has_an_arrow_for_each_move_and_no_other():
    arrows = {line.strip() for line in session_mermaid().splitlines()[1:] if "[*]" not in line}
    assert arrows == {
        f"{source} --> {goal}: {move}"
        for move, (sources, goal) in SESSION_MOVES.items()
        for source in sources
    }
