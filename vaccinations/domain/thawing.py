"""When vials may be thawed and until when they may be opened."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ThawFault(StrEnum):
    """What is wrong with a thawing as it was entered."""

    IN_THE_FUTURE = "in_the_future"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    ENDED_ALREADY = "ended_already"
    OUTLIVES_THE_LOT = "outlives_the_lot"
    DAY_PASSED = "day_passed"
    DAY_AFTER_THE_END = "day_after_the_end"


@dataclass(frozen=True)
class PlannedThawing:
    """A thawing about to be recorded, and what it is judged by. Dates are days in Oslo."""

    now: datetime
    today: date
    thawed_at: datetime
    use_before: datetime
    use_before_day: date
    for_day: date
    lot_expires_on: date


def thaw_faults(planned: PlannedThawing) -> list[ThawFault]:
    """List what is wrong with a thawing; empty is well. Thawing never lengthens a lot's life."""
    checks = (
        (ThawFault.IN_THE_FUTURE, planned.thawed_at > planned.now),
        (ThawFault.ENDS_BEFORE_IT_BEGINS, planned.use_before <= planned.thawed_at),
        (ThawFault.ENDED_ALREADY, planned.use_before <= planned.now),
        (ThawFault.OUTLIVES_THE_LOT, planned.use_before_day > planned.lot_expires_on),
        (ThawFault.DAY_PASSED, planned.for_day < planned.today),
        (ThawFault.DAY_AFTER_THE_END, planned.for_day > planned.use_before_day),
    )
    return [fault for fault, broken in checks if broken]
