"""The table of a lot's moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaccinations.domain.lot_state import (
    LotMove,
    LotMoveNotAllowedError,
    LotState,
    allowed,
    lot_target,
)
from vaccinations.models import Lot


def test_the_tables_states_are_those_of_the_rows() -> None:
    assert set(LotState) == set(Lot.State.values)


@pytest.mark.parametrize(
    ("move", "before", "after"),
    [
        (LotMove.QUARANTINE, LotState.USABLE, LotState.QUARANTINED),
        (LotMove.REPORT_EXCURSION, LotState.USABLE, LotState.QUARANTINED),
        (LotMove.REPORT_EXCURSION, LotState.QUARANTINED, LotState.QUARANTINED),
        (LotMove.RELEASE, LotState.QUARANTINED, LotState.USABLE),
        (LotMove.RECALL, LotState.USABLE, LotState.RECALLED),
        (LotMove.RECALL, LotState.QUARANTINED, LotState.RECALLED),
    ],
)
def test_these_moves_and_no_others_are_allowed(
    move: LotMove, before: LotState, after: LotState
) -> None:
    assert lot_target(move, before) is after
    assert sum(allowed(a_move, a_state) for a_move in LotMove for a_state in LotState) == 6


@given(st.lists(st.sampled_from(LotMove)))
def test_whatever_is_tried_a_recalled_lot_stays_recalled(tries: list[LotMove]) -> None:
    state = LotState.USABLE
    recalled = False
    for move in tries:
        try:
            state = lot_target(move, state)
        except LotMoveNotAllowedError:
            continue
        recalled = recalled or move is LotMove.RECALL
        assert (state is LotState.RECALLED) is recalled


@pytest.mark.parametrize("move", LotMove)
def test_nothing_leads_out_of_a_recall(move: LotMove) -> None:
    with pytest.raises(LotMoveNotAllowedError):
        lot_target(move, LotState.RECALLED)
