"""What each person should have got: kind, channel and day, worked out from the stories alone.

No rule of the product is used, and no row of it read: the days of dose 2 are those that a calendar
on the wall gives, typed in below, and the days of rest are written out.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from tests.notifications.half_year.scripts import (
    A_DAY,
    ANSWERS_ON,
    BOOKS_LATE_ON,
    CANCELS_TWO_ON,
    DAYS,
    FIRST_WEEKS,
    ILL_ON,
    LAST_WEEK,
    LOOKED_AT_ON,
    OPEN_FROM_START,
    REACTION_GONE_ON,
    REACTION_ON,
    START,
    STOPS_ON,
    Person,
    Story,
    opened_on,
    tuesday,
)

END = START + DAYS * A_DAY
# Norway's public holidays of the half-year that are no Sundays.
HOLIDAYS = {
    date(2027, 3, 25),
    date(2027, 3, 26),
    date(2027, 3, 29),
    date(2027, 5, 1),
    date(2027, 5, 6),
    date(2027, 5, 17),
}
# By the day of dose 1: day 28, 35 and 60, then 3, 4, 5 and 6 months.
RECALLS = {
    "5 Jan": "2 Feb, 9 Feb, 6 Mar, 5 Apr, 5 May, 5 Jun, 5 Jul",
    "12 Jan": "9 Feb, 16 Feb, 13 Mar, 12 Apr, 12 May, 12 Jun, 12 Jul",
    "19 Jan": "16 Feb, 23 Feb, 20 Mar, 19 Apr, 19 May, 19 Jun, 19 Jul",
    "26 Jan": "23 Feb, 2 Mar, 27 Mar, 26 Apr, 26 May, 26 Jun, 26 Jul",
    "2 Feb": "2 Mar, 9 Mar, 3 Apr, 2 May, 2 Jun, 2 Jul, 2 Aug",
    "9 Feb": "9 Mar, 16 Mar, 10 Apr, 9 May, 9 Jun, 9 Jul, 9 Aug",
    "16 Feb": "16 Mar, 23 Mar, 17 Apr, 16 May, 16 Jun, 16 Jul, 16 Aug",
    "23 Feb": "23 Mar, 30 Mar, 24 Apr, 23 May, 23 Jun, 23 Jul, 23 Aug",
}
MONTHS = {"Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8}

Line = tuple[int, str, str, date]
News = tuple[str, date]


def table_of(people: list[Person]) -> Counter[Line]:
    """Return each line (person, kind, channel, day) with how often: once."""
    return Counter(
        (one.number, kind, channel, day)
        for one in people
        for kind, day in news_of(one)
        for channel in one.channels
        if day < END
    )


def news_of(one: Person) -> Iterator[News]:
    """Yield what a person is told, by kind and day."""
    yield "booked", one.booked_on
    if one.story is Story.CANCELS_ONE:
        gone = one.dose_one - A_DAY
        yield from _before(one.dose_one, booked_on=one.booked_on, gone_on=gone)
        yield "cancelled", gone
        return
    yield from _before(one.dose_one, booked_on=one.booked_on)
    if one.story is Story.MISSES_ONE:
        yield "missed", one.dose_one + A_DAY
        return
    yield "aftercare", one.dose_one
    if one.week < FIRST_WEEKS // 2:
        yield from _placed(one)
    else:
        yield from _unplaced(one)


def _placed(one: Person) -> Iterator[News]:
    second = one.dose_one + 28 * A_DAY
    yield "next_booked", one.dose_one
    if one.story is Story.CANCELS_TWO:
        cancelled_on = one.dose_one + CANCELS_TWO_ON * A_DAY
        yield from _before(second, booked_on=one.dose_one, gone_on=cancelled_on)
        yield "cancelled", cancelled_on
        yield from _openings(one, since=cancelled_on)
        yield from _recalls(one)
        return
    yield from _before(second, booked_on=one.dose_one)
    if one.story is Story.TWICE:
        yield "aftercare", second
        return
    yield "missed", second + A_DAY
    yield from _openings(one, since=second)
    # It was theirs on day 28.
    yield from _recalls(one, after=second)


def _unplaced(one: Person) -> Iterator[News]:
    def day(number: int) -> date:
        return one.dose_one + number * A_DAY

    if one.story is Story.NEVER:
        yield from _openings(one)
        yield from _recalls(one)
    elif one.story is Story.BOOKS_LATE:
        booked_on, second = day(BOOKS_LATE_ON), tuesday(one.week + 5)
        yield from _openings(one, until=booked_on)
        yield from _recalls(one, until=booked_on)
        yield "booked", booked_on
        yield from _before(second, booked_on=booked_on)
        yield "aftercare", second
    elif one.story is Story.ELSEWHERE:
        yield from _openings(one, until=day(LOOKED_AT_ON))
        yield from _recalls(one, until=day(ANSWERS_ON))
    elif one.story is Story.STOPS:
        yield from _openings(one, until=day(STOPS_ON))
        yield from _recalls(one, until=day(STOPS_ON))
    elif one.story is Story.NOT_ELSEWHERE:
        yield from _openings(one)
        yield from _recalls(one)
    elif one.story is Story.MPOX:
        yield from _openings(one, until=day(ILL_ON))
        yield from _recalls(one, until=day(ILL_ON))
    elif one.story is Story.REACTION:
        # Of new days nobody is told whose dose 2 has to wait.
        yield from _openings(one, since=day(REACTION_GONE_ON))
        # Two days come while it lasts; the later is caught up with on the day after it has gone.
        assert _days_of(one)[1] < day(REACTION_GONE_ON) < _days_of(one)[2]
        assert day(REACTION_ON) < _days_of(one)[0]
        yield "next_due", _workday(day(REACTION_GONE_ON + 1))
        yield from _recalls(one, after=day(REACTION_GONE_ON))


def _before(day: date, *, booked_on: date, gone_on: date | None = None) -> Iterator[News]:
    """Yield the reminders of a time in an afternoon, booked at noon and perhaps given up at noon.

    A week and two days before they come in the afternoon or evening, the day before at ten.
    """
    reminders = (("reminder_week", 7), ("reminder", 2), ("day_before", 1))
    for kind, days in reminders:
        due = day - days * A_DAY
        too_young = booked_on >= due if kind == "day_before" else booked_on > due
        if not too_young and not (gone_on and _is_gone(kind, due, gone_on)):
            yield kind, due


def _is_gone(kind: str, due: date, gone_on: date) -> bool:
    """Tell whether the time was given up before a reminder: of ten on the same day it was not."""
    return due > gone_on if kind == "day_before" else due >= gone_on


def _openings(
    one: Person, *, since: date | None = None, until: date | None = None
) -> Iterator[News]:
    """Yield what is told of days that open while a person lacks a place, at nine in the morning."""
    for week in range(max(OPEN_FROM_START) + 1, LAST_WEEK + 1):
        opened = opened_on(week)
        lacks = (since or one.dose_one) < opened and (until is None or opened <= until)
        if lacks and tuesday(week) >= one.dose_one + 28 * A_DAY:
            yield "times_opened", opened


def _recalls(
    one: Person, *, after: date | None = None, until: date | None = None
) -> Iterator[News]:
    """Yield the reminders of dose 2 that a person is written, at eight in the morning."""
    for day in _days_of(one):
        if (after is None or day > after) and (until is None or day <= until):
            yield "next_due", _workday(day)


def _days_of(one: Person) -> list[date]:
    typed = RECALLS[f"{one.dose_one.day} {one.dose_one:%b}"].split(", ")
    return [date(2027, MONTHS[month], int(day)) for day, month in map(str.split, typed)]


def _workday(day: date) -> date:
    while day.weekday() == 6 or day in HOLIDAYS:
        day += timedelta(days=1)
    return day
