"""Whether a vial of a lot may be opened, and if not, the closest reason."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from vaccinations.domain.lot_state import LotState

# As long as a wrong click can be taken back, where nothing else has happened.
UNDO_WITHIN = timedelta(minutes=10)


class LotStop(StrEnum):
    """Why no vial of a lot may be opened."""

    UNKNOWN = "unknown"
    OTHER_PRODUCT = "other_product"
    RECALLED = "recalled"
    QUARANTINED = "quarantined"
    EXPIRED = "expired"
    EXPIRY_DIFFERS = "expiry_differs"
    EMPTY = "empty"
    THAWED_TOO_LONG = "thawed_too_long"
    NOT_THAWED = "not_thawed"


@dataclass(frozen=True)
class LotNow:
    """A lot at the moment somebody wants to open a vial of it. Dates are days in Oslo.

    ``printed_on`` is the last day that its code tells, None without a code. Of ``on_hand`` unopened
    vials ``to_open`` may be opened; ``thawed`` were thawed, some perhaps too long ago.
    """

    state: str
    today: date
    expires_on: date
    printed_on: date | None
    on_hand: int
    thawed: int
    to_open: int


def stop_of(lot: LotNow) -> LotStop | None:
    """Return why no vial may be opened, what weighs most first; None where one may."""
    checks = (
        (LotStop.RECALLED, lot.state == LotState.RECALLED),
        (LotStop.QUARANTINED, lot.state != LotState.USABLE),
        (LotStop.EXPIRED, min(lot.expires_on, lot.printed_on or lot.expires_on) < lot.today),
        (LotStop.EXPIRY_DIFFERS, lot.printed_on not in {None, lot.expires_on}),
        (LotStop.EMPTY, lot.on_hand <= 0),
        (LotStop.THAWED_TOO_LONG, lot.to_open <= 0 < lot.thawed),
        (LotStop.NOT_THAWED, lot.to_open <= 0),
    )
    return next((stop for stop, holds in checks if holds), None)


def may_be_undone(happened_at: datetime, now: datetime) -> bool:
    """Tell whether a click is so fresh that it can be taken back."""
    return now <= happened_at + UNDO_WITHIN
