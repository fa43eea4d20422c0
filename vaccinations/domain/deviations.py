"""What a dose that was given was outside of: it is recorded all the same, with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from vaccinations.domain.limits import MIN_INTERVAL_DAYS
from vaccinations.domain.vial_balance import VOLUME_ML, units


class Deviation(StrEnum):
    """A limit that a given dose was outside of."""

    PERSON = "person"  # the day's answers, or a clinician, said no
    NOT_ASKED = "not_asked"
    EXTRA = "extra"  # the person had had this dose already
    INTERVAL = "interval"
    ROUTE = "route"
    VOLUME = "volume"
    WINDOW = "window"
    LOT_EXPIRED = "lot_expired"
    LOT_STOPPED = "lot_stopped"
    NOT_ENOUGH_LEFT = "not_enough_left"
    NO_ORDER = "no_order"


class Asked(StrEnum):
    """What became of the day's questions before the dose."""

    ALL_DENIED = "all_denied"
    SOMETHING_SAID = "something_said"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Happened:
    """A dose that was given, and what it is judged by. Dates are days in Oslo.

    ``units_left`` is what the vial still held by its balance, in tenths of a millilitre.
    ``interval_days`` is the shortest interval that holds for the person (A11, R16): to the dose
    before, which is what a clinician allows. ``next_dose_on`` is the day of one that is on record
    already and was given after this one, where its interval is not judged yet.
    """

    given_at: datetime
    given_on: date
    opened_at: datetime
    use_before: datetime
    units_left: int
    lot_expires_on: date
    lot_stopped: bool
    has_order: bool
    route: str
    volume_ml: Decimal
    ordered_route: str
    previous_dose_on: date | None
    interval_days: int = MIN_INTERVAL_DAYS
    next_dose_on: date | None = None
    asked: Asked = Asked.ALL_DENIED
    had_it_already: bool = False


def deviations(happened: Happened) -> list[Deviation]:
    """List what a given dose was outside of, what concerns the person most on top.

    The volume is judged by the route that was used (R16, R21). A dose is told to the minute, so the
    minute in which the vial was opened is within its window.
    """
    previous, interval = happened.previous_dose_on, timedelta(days=happened.interval_days)
    opened = happened.opened_at.replace(second=0, microsecond=0)
    in_window = opened <= happened.given_at < happened.use_before
    too_soon = previous is not None and happened.given_on < previous + interval
    following, usual = happened.next_dose_on, timedelta(days=MIN_INTERVAL_DAYS)
    too_late = following is not None and following < happened.given_on + usual
    checks = (
        (Deviation.PERSON, happened.asked is Asked.SOMETHING_SAID),
        (Deviation.NOT_ASKED, happened.asked is Asked.NOT_ASKED),
        (Deviation.EXTRA, happened.had_it_already),
        (Deviation.INTERVAL, too_soon or too_late),
        (Deviation.ROUTE, happened.route != happened.ordered_route),
        (Deviation.VOLUME, happened.volume_ml != VOLUME_ML[happened.route]),
        (Deviation.WINDOW, not in_window),
        (Deviation.LOT_EXPIRED, happened.given_on > happened.lot_expires_on),
        (Deviation.LOT_STOPPED, happened.lot_stopped),
        (Deviation.NOT_ENOUGH_LEFT, units(happened.volume_ml) > happened.units_left),
        (Deviation.NO_ORDER, not happened.has_order),
    )
    return [deviation for deviation, found in checks if found]


def as_text(found: Iterable[Deviation]) -> str:
    """Write deviations as a dose keeps them."""
    return " ".join(found)


def from_text(kept: str) -> list[Deviation]:
    """Read the deviations that a dose keeps; a word of another edition is left out."""
    return [Deviation(word) for word in kept.split() if word in set(Deviation)]
