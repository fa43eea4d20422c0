"""Days and times in the reader's language, as Oslo's clocks show them."""

from datetime import date, datetime

from django import template
from django.utils import timezone, translation
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinics.domain.calendar import OSLO

register = template.Library()


def _in_english() -> bool:
    return (translation.get_language() or "").startswith("en")


@register.filter
def day(value: date | datetime) -> str:
    """Write a day: "torsdag 26. november", "Thursday 26 November"."""
    return date_format(_local(value), "l j F" if _in_english() else "l j. F")


@register.filter
def day_and_year(value: date | datetime) -> str:
    """Write a day with its year: "26. november 2026", "26 November 2026"."""
    return date_format(_local(value), "j F Y" if _in_english() else "j. F Y")


@register.filter
def clock(value: datetime) -> str:
    """Write a time of day: "17.50", "17:50".

    In the night when clocks are set back, the hour that comes twice says which of the two it is.
    """
    local = timezone.localtime(value, OSLO)
    words = date_format(local, "H:i" if _in_english() else "H.i")
    if not _comes_twice(local):
        return words
    which = _("vintertid") if local.fold else _("sommertid")
    return f"{words} ({which})"


def _comes_twice(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


@register.filter
def numeric_day(value: date | datetime) -> str:
    """Write a day in figures, as on an ID: "26.11.2026"."""
    return date_format(_local(value), "d.m.Y")


@register.filter
def week_label(monday: date) -> str:
    """Write the days of a week: "23.–29. november", "30. november–6. desember"."""
    sunday = date.fromordinal(monday.toordinal() + 6)
    dot = "" if _in_english() else "."
    first = f"{monday.day}{dot}"
    if monday.month != sunday.month:
        first += f" {MONTHS[monday.month]}"
    return f"{first}–{sunday.day}{dot} {MONTHS[sunday.month]}"


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value, OSLO) if isinstance(value, datetime) else value
