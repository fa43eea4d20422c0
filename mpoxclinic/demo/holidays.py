"""The days on which a Norwegian clinic keeps closed."""

from datetime import date

from clinics.domain.public_holidays import holidays_among

# Month and day of Christmas Eve and New Year's Eve.
_EVES = {(12, 24), (12, 31)}


def is_holiday(day: date) -> bool:
    """Tell whether a day is a public holiday, or an eve that is kept like one."""
    return (day.month, day.day) in _EVES or bool(holidays_among([day], language="nb"))
