"""The days on which a Norwegian clinic keeps closed."""

from datetime import date, timedelta

from dateutil.easter import easter  # type: ignore[import-untyped]

# Month and day: New Year's Day, Labour Day, Constitution Day, and Christmas with its eves.
_FIXED = {(1, 1), (5, 1), (5, 17), (12, 24), (12, 25), (12, 26), (12, 31)}
# Days from Easter Sunday: Maundy Thursday to Easter Monday, Ascension Day, Whit Sunday and Monday.
_FROM_EASTER = {-3, -2, 0, 1, 39, 49, 50}


def is_holiday(day: date) -> bool:
    """Tell whether a day is a public holiday, or an eve that is kept like one."""
    if (day.month, day.day) in _FIXED:
        return True
    return any(day == easter(day.year) + timedelta(days=days) for days in _FROM_EASTER)
