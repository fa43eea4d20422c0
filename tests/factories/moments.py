"""Moments around the clinic day that everything happens on, and names."""

from datetime import date, datetime, timedelta
from itertools import count

from clinics.domain.calendar import OSLO, oslo_date

OPENING = datetime(2026, 11, 26, 16, 0, tzinfo=OSLO)
DAY = oslo_date(OPENING)
LONG_AGO = date(2020, 1, 1)
BEFORE = OPENING - timedelta(days=7)
BORN = date(1991, 3, 14)
running_number = count(1)
GIVEN_NAMES = ("Aksel", "Emil", "Ola", "Iver", "Tor", "Robin", "Kim", "Sara", "Jon", "Mio")
FAMILY_NAMES = ("Berg", "Foss", "Gran", "Holm", "Iversen", "Lie", "Moe", "Aas", "Dahl", "Ødegård")


def oslo(day: date, clock: str) -> datetime:
    """Return a moment of a day in Oslo: ``oslo(DAY, "17.42")``."""
    hour, minute = clock.split(".")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=OSLO)


def at(clock: str) -> datetime:
    """Return a moment of the clinic day: ``at("17.42")``."""
    return oslo(DAY, clock)
