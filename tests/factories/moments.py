"""Moments around the clinic day that everything happens on, and names."""

from datetime import date, datetime, timedelta

from clinics.domain.calendar import OSLO, oslo_date
from notifications.domain.timing import Timing, allowed_at

OPENING = datetime(2026, 11, 26, 16, 0, tzinfo=OSLO)
DAY = oslo_date(OPENING)
LONG_AGO = date(2020, 1, 1)
BEFORE = OPENING - timedelta(days=7)
BORN = date(1991, 3, 14)
GIVEN_NAMES = ("Aksel", "Emil", "Ola", "Iver", "Tor", "Robin", "Kim", "Sara", "Jon", "Mio")
# None is the name of somebody on the staff, and none is so short that a token may spell it.
FAMILY_NAMES = (
    "Fossli",
    "Holmen",
    "Iversen",
    "Lunder",
    "Moland",
    "Aasen",
    "Dahlen",
    "Vangen",
    "Solheim",
    "Ødegård",
)


class RunningNumber:
    """Numbers from 1 on, begun anew for each test: names are the same in any order of tests."""

    def __init__(self) -> None:
        self.last = 0

    def __next__(self) -> int:
        self.last += 1
        return self.last

    def begin_anew(self) -> None:
        self.last = 0


running_number = RunningNumber()


def oslo(day: date, clock: str) -> datetime:
    """Return a moment of a day in Oslo: ``oslo(DAY, "17.42")``."""
    hour, minute = clock.split(".")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=OSLO)


def at(clock: str) -> datetime:
    """Return a moment of the clinic day: ``at("17.42")``."""
    return oslo(DAY, clock)


def by_day(moment: datetime) -> datetime:
    """Return the first moment from this one on when ordinary messages are sent.

    For tests that live by the real clock: they send at any hour of the day.
    """
    return allowed_at(Timing.DAY, moment)
