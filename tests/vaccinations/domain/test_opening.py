"""Why a vial may not be opened, the closest reason first."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from vaccinations.domain.opening import UNDO_WITHIN, LotNow, LotStop, may_be_undone, stop_of

TODAY = date(2026, 11, 26)
GOOD = LotNow("usable", TODAY, TODAY, None, on_hand=2, thawed=0, to_open=2)


def test_a_lot_may_be_opened_on_its_last_day_and_with_a_code_that_agrees():
    assert stop_of(GOOD) is None
    assert stop_of(replace(GOOD, printed_on=TODAY)) is None


@pytest.mark.parametrize(
    ("changes", "stop"),
    [
        ({"state": "recalled"}, LotStop.RECALLED),
        ({"state": "quarantined"}, LotStop.QUARANTINED),
        ({"today": TODAY + timedelta(days=1)}, LotStop.EXPIRED),
        ({"printed_on": TODAY - timedelta(days=1)}, LotStop.EXPIRED),
        ({"printed_on": TODAY + timedelta(days=1)}, LotStop.EXPIRY_DIFFERS),
        ({"on_hand": 0, "to_open": 0}, LotStop.EMPTY),
        ({"thawed": 1, "to_open": 0}, LotStop.THAWED_TOO_LONG),
        ({"to_open": 0}, LotStop.NOT_THAWED),
    ],
)
def test_each_stop_has_its_own_name(changes, stop):
    assert stop_of(replace(GOOD, **changes)) is stop


def test_what_weighs_most_is_told_first():
    everything = replace(
        GOOD, state="recalled", today=TODAY + timedelta(days=9), on_hand=0, to_open=0
    )
    assert stop_of(everything) is LotStop.RECALLED


def test_a_click_can_be_taken_back_for_ten_minutes():
    then = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    assert may_be_undone(then, then + UNDO_WITHIN)
    assert not may_be_undone(then, then + UNDO_WITHIN + timedelta(seconds=1))
