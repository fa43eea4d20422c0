"""Awkward moments to load a demo at."""

from datetime import UTC, datetime

from clinics.domain.calendar import OSLO


def oslo(*parts: int, fold: int = 0) -> datetime:
    """Return a moment in Oslo, as the clock has it: in UTC."""
    moment = datetime(*parts, tzinfo=OSLO, fold=fold)  # type: ignore[misc,arg-type]
    return moment.astimezone(UTC)


MOMENTS = {
    "a regular evening": oslo(2026, 11, 24, 17, 3),
    "just before midnight": oslo(2026, 11, 25, 23, 59, 40),
    "just after midnight": oslo(2026, 11, 26, 0, 0, 20),
    "the night without 02.30": oslo(2027, 3, 28, 3, 10),
    "the night with two 02.30": oslo(2026, 10, 25, 2, 30),
    "the second 02.30 of that night": oslo(2026, 10, 25, 2, 30, fold=1),
    "four weeks after the clocks": oslo(2027, 4, 25, 12, 0),
    "29 February": oslo(2028, 2, 29, 16, 20),
    "28 days after 29 February": oslo(2028, 3, 28, 9, 9),
    "Maundy Thursday": oslo(2027, 3, 25, 16, 30),
    "Constitution Day": oslo(2029, 5, 17, 11, 11),
    "Christmas Eve": oslo(2026, 12, 24, 15, 0),
    "New Year's Day": oslo(2027, 1, 1, 0, 30),
    "an early morning": oslo(2026, 7, 1, 4, 44),
}
