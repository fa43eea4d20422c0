"""When a message may be sent: quiet hours, Sundays and public holidays, as people's clocks show."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from clinics.domain.calendar import OSLO
from clinics.domain.public_holidays import is_day_of_rest

QUIET_FROM = time(21)
QUIET_UNTIL = time(8)


class Timing(StrEnum):
    """What a kind of message is to the person: it decides the hours it keeps."""

    # The answer to what the person has just done, or what cannot wait until morning: at any hour.
    AT_ONCE = "at_once"
    # News that can wait until morning.
    DAY = "day"
    # About a vial that is open now: at any hour to those who allow it; to others as DAY.
    LIVE = "live"
    # Nothing is lost if it comes a day later: as DAY, and never on a Sunday or a public holiday.
    WORKDAY = "workday"


def allowed_at(timing: Timing, at: datetime, *, any_hour: bool = False) -> datetime:
    """Return the first moment from ``at`` (aware) on when such a message may be sent.

    ``any_hour``: the person allows news of an open vial at night. Quiet hours are 21 to 08 by the
    clock in Oslo, whatever that clock does in between.
    """
    if timing is Timing.AT_ONCE or (timing is Timing.LIVE and any_hour):
        return at
    local = at.astimezone(OSLO)
    day, at_once = local.date(), QUIET_UNTIL <= local.time() < QUIET_FROM
    if local.time() >= QUIET_FROM:
        day += timedelta(days=1)
    while timing is Timing.WORKDAY and is_day_of_rest(day):
        day, at_once = day + timedelta(days=1), False
    return at if at_once else _morning(day)


def _morning(day: date) -> datetime:
    return datetime.combine(day, QUIET_UNTIL, OSLO)
