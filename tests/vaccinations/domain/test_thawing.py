"""When vials may be thawed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import DAY, at
from vaccinations.domain.thawing import PlannedThawing, ThawFault, thaw_faults

FINE = PlannedThawing(
    now=at("14.00"),
    today=DAY,
    thawed_at=at("13.00"),
    use_before=at("20.00"),
    use_before_day=DAY,
    for_day=DAY,
    lot_expires_on=DAY,
)


def test_a_thawing_for_today_that_ends_on_the_lots_last_day_is_well() -> None:
    assert thaw_faults(FINE) == []


@pytest.mark.parametrize(
    ("wrong", "faults"),
    [
        ({"thawed_at": at("14.01")}, [ThawFault.IN_THE_FUTURE]),
        ({"now": at("20.00")}, [ThawFault.ENDED_ALREADY]),
        ({"lot_expires_on": DAY - timedelta(days=1)}, [ThawFault.OUTLIVES_THE_LOT]),
        ({"for_day": DAY - timedelta(days=1)}, [ThawFault.DAY_PASSED]),
        ({"for_day": DAY + timedelta(days=1)}, [ThawFault.DAY_AFTER_THE_END]),
        (
            {"use_before": at("12.00")},
            [ThawFault.ENDS_BEFORE_IT_BEGINS, ThawFault.ENDED_ALREADY],
        ),
    ],
)
def test_each_fault_is_found(wrong: dict[str, object], faults: list[ThawFault]) -> None:
    assert thaw_faults(replace(FINE, **wrong)) == faults  # type: ignore[arg-type]


@given(begun=st.integers(-600, 600), lasts=st.integers(-600, 9000), day=st.integers(-3, 9))
def test_what_passes_can_be_opened_on_its_day_and_never_outlives_its_lot(
    begun: int, lasts: int, day: int
) -> None:
    thawed_at = FINE.now + timedelta(minutes=begun)
    use_before = thawed_at + timedelta(minutes=lasts)
    planned = replace(
        FINE,
        thawed_at=thawed_at,
        use_before=use_before,
        use_before_day=use_before.date(),
        for_day=DAY + timedelta(days=day),
        lot_expires_on=DAY + timedelta(days=4),
    )
    if not thaw_faults(planned):
        assert planned.thawed_at <= planned.now < planned.use_before
        assert planned.today <= planned.for_day <= planned.use_before_day
        assert planned.use_before_day <= planned.lot_expires_on
