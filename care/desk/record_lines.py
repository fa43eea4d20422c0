"""What a person's record is made of: sections of lines."""

from dataclasses import dataclass
from datetime import datetime

from care.desk.record_words import Words
from clinics.templatetags.oslo_time import clock, numeric_day


@dataclass(frozen=True)
class Line:
    """One thing that happened: when, what, and more about it."""

    when: str
    what: Words
    more: tuple[Words, ...] = ()
    tag: Words = ""
    color: str = "neutral"
    url: tuple[str, object] | None = None


@dataclass(frozen=True)
class Section:
    """A part of the record. ``name`` tells it apart; folded ones are opened by who wants them."""

    name: str
    heading: Words
    lines: tuple[Line, ...]
    empty: Words
    folded: bool = True


def moment(at: datetime) -> str:
    """Return a day and a time as the record shows them."""
    return f"{numeric_day(at)} {clock(at)}"
