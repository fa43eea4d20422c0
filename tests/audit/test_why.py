"""What is a reason to open a person's pages, and for how long."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from audit.domain.why import LASTS, Tie, Why, holds, reason_of

TODAY = date(2026, 3, 2)
days = st.none() | st.integers(-400, 400).map(lambda number: TODAY + timedelta(days=number))
ties = st.builds(
    Tie, st.sampled_from([one for one in Why if one is not Why.GIVEN]), st.uuids(), days
)


def test_each_tie_lasts_as_long_as_is_written_down() -> None:
    lasts = {Why.APPOINTMENT: 14, Why.CASE: 14, Why.REACTION: 60, Why.RECALL: 60, Why.DOSE: 60}
    assert {why: span.days for why, span in LASTS.items()} == lasts
    tried = 0
    for why in Why:
        most = lasts.get(why, 0)
        for days_ago, due in ((-300, True), (-1, True), (0, True), (most, True), (most + 1, False)):
            tie = Tie(why, UUID(int=1), TODAY - timedelta(days=days_ago))
            assert holds(tie, TODAY) is due, (why, days_ago)
            tried += 1
        assert holds(Tie(why, UUID(int=1)), TODAY)
    assert tried == 50


def test_what_tells_most_is_the_reason_and_of_several_the_nearest() -> None:
    def a(why: Why, number: int, days: int) -> Tie:
        return Tie(why, UUID(int=number), TODAY + timedelta(days=days))

    coming, past = a(Why.APPOINTMENT, 1, 9), a(Why.APPOINTMENT, 2, -3)
    dose, long_past = a(Why.DOSE, 3, -3), a(Why.APPOINTMENT, 4, -15)
    assert reason_of([dose, coming, past], today=TODAY) == past
    assert reason_of([dose, long_past], today=TODAY) == dose
    assert reason_of([long_past], today=TODAY) is None
    assert reason_of([], today=TODAY) is None


@given(st.lists(ties, max_size=6))
def test_the_reason_is_one_of_those_that_hold_in_whatever_order_they_come(found: list[Tie]) -> None:
    reason = reason_of(found, today=TODAY)
    assert (reason is None) == (not any(holds(tie, TODAY) for tie in found))
    assert reason is None or (reason in found and holds(reason, TODAY))
    assert reason_of(reversed(found), today=TODAY) == reason
