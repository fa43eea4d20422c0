"""Norway's public holidays, by name."""

from collections.abc import Iterable
from datetime import date

from holidays import country_holidays

# The library's names of the languages; it falls back to English for one it does not know.
_LANGUAGES = {"nb": "no", "nn": "no", "en": "en_US"}
_SUNDAY = 6


def holidays_among(days: Iterable[date], *, language: str) -> dict[date, str]:
    """Return the public holidays among some days with their names; Nynorsk gets Bokmål's."""
    wanted = set(days)
    known = country_holidays(
        "NO", years={day.year for day in wanted}, language=_LANGUAGES.get(language[:2], "no")
    )
    return {day: known[day] for day in wanted if day in known}


def is_day_of_rest(day: date) -> bool:
    """Tell whether a day is a Sunday or a public holiday in Norway."""
    return day.weekday() == _SUNDAY or bool(holidays_among([day], language="nb"))
