"""Days as people in Norway count them; the database keeps UTC."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def oslo_date(moment: datetime) -> date:
    """Return the calendar day in Oslo of an aware moment."""
    return moment.astimezone(OSLO).date()
