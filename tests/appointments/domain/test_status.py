"""The table of states and moves, and the page in docs/ that is drawn from it."""

from itertools import product
from pathlib import Path

import pytest

from appointments.domain.status import (
    ACTIVE,
    MOVES,
    OCCUPYING,
    Move,
    MoveNotAllowedError,
    Status,
    target,
)
from appointments.domain.status_diagram import mermaid, page

STATES_PAGE = Path(__file__).parents[3] / "docs" / "states.md"

# As the design says it, not as the table does.
ALLOWED = {
    ("held", "booked"): Move.CONFIRM,
    ("held", "expired"): Move.EXPIRE,
    ("booked", "arrived"): Move.CHECK_IN,
    ("booked", "cancelled"): Move.CANCEL,
    ("booked", "no_show"): Move.MISS,
    ("arrived", "booked"): Move.UNDO_CHECK_IN,
    ("arrived", "vaccinated"): Move.VACCINATE,
    ("arrived", "turned_away"): Move.TURN_AWAY,
    ("arrived", "left"): Move.LEAVE,
    ("arrived", "declined"): Move.DECLINE,
    ("turned_away", "declined"): Move.DECLINE,
    ("no_show", "arrived"): Move.ARRIVE_AFTER_ALL,
    ("no_show", "booked"): Move.UNDO_MISS,
    ("turned_away", "arrived"): Move.ARRIVE_AFTER_ALL,
    ("left", "arrived"): Move.ARRIVE_AFTER_ALL,
    ("declined", "arrived"): Move.ARRIVE_AFTER_ALL,
    ("vaccinated", "arrived"): Move.VOID_DOSE,
    ("vaccinated", "booked"): Move.EXPECT_AFTER_ALL,
    ("vaccinated", "no_show"): Move.MISS_AFTER_ALL,
    ("booked", "vaccinated"): Move.RECORD_LATE,
    ("no_show", "vaccinated"): Move.RECORD_LATE,
    ("turned_away", "vaccinated"): Move.RECORD_LATE,
    ("left", "vaccinated"): Move.RECORD_LATE,
    ("declined", "vaccinated"): Move.RECORD_LATE,
}


@pytest.mark.parametrize(("move", "source"), list(product(Move, Status)), ids=str)
def test_a_move_is_allowed_just_where_the_design_says(move, source):
    goals = [goal for (start, goal), named in ALLOWED.items() if (start, named) == (source, move)]
    if goals:
        assert [target(move, source)] == goals
    else:
        with pytest.raises(MoveNotAllowedError, match=f"{move} from {source}"):
            target(move, source)


def test_every_state_but_the_first_can_be_reached():
    reached = {goal for _sources, goal in MOVES.values()}
    assert set(Status) - reached == {Status.HELD}


def test_no_move_leads_where_it_came_from():
    assert all(goal not in sources for sources, goal in MOVES.values())


def test_who_is_active_has_a_seat():
    assert ACTIVE | {Status.HELD, Status.VACCINATED} == OCCUPYING


def test_the_diagram_has_an_arrow_for_each_move_and_no_other():
    arrows = {
        (source.strip(), goal, name)
        for line in mermaid().splitlines()[1:]
        if "[*]" not in line
        for source, rest in [line.split(" --> ")]
        for goal, name in [rest.split(": ")]
    }
    assert arrows == {(start, goal, str(move)) for (start, goal), move in ALLOWED.items()}


def test_the_page_in_docs_is_the_one_drawn_from_the_table():
    assert STATES_PAGE.read_text() == page(), (
        "The table of moves has changed. Draw the page anew:\n"
        "    python -m appointments.domain.status_diagram > docs/states.md"
    )
