"""The limits within which a dose may be started (R16, R21, R25, A11)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from vaccinations.domain.vial_balance import VOLUME_ML, units

MIN_INTERVAL_DAYS = 28  # calendar days in Oslo (R16, A11)


class Limit(StrEnum):
    """A limit that a planned dose would break."""

    WINDOW = "window"
    NOT_ENOUGH_LEFT = "not_enough_left"
    LOT_EXPIRED = "lot_expired"
    INTERVAL = "interval"
    ROUTE = "route"
    VOLUME = "volume"


@dataclass(frozen=True)
class Planned:
    """A dose about to be given, and what it is judged by. Dates are days in Oslo."""

    now: datetime
    today: date
    use_before: datetime
    units_left: int
    lot_expires_on: date
    route: str
    volume_ml: Decimal
    ordered_route: str
    previous_dose_on: date | None


def broken_limits(planned: Planned) -> list[Limit]:
    """List the limits that a planned dose breaks, in the order a nurse should hear of them."""
    checks = (
        (Limit.WINDOW, planned.now >= planned.use_before),
        (Limit.LOT_EXPIRED, planned.today > planned.lot_expires_on),
        (Limit.NOT_ENOUGH_LEFT, units(planned.volume_ml) > planned.units_left),
        (Limit.INTERVAL, planned.today < _first_day(planned.previous_dose_on)),
        (Limit.ROUTE, planned.route != planned.ordered_route),
        (Limit.VOLUME, planned.volume_ml != VOLUME_ML[planned.route]),
    )
    return [limit for limit, broken in checks if broken]


def _first_day(previous_dose_on: date | None) -> date:
    if previous_dose_on is None:
        return date.min
    return previous_dose_on + timedelta(days=MIN_INTERVAL_DAYS)
