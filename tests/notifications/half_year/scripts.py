"""300 people of one clinic and what each of them does in half a year, written down beforehand.

Nothing here is asked of the product: a story is days and deeds. Sessions are on Tuesdays; week 0 is
that of 4 January 2027. Those with dose 1 in the first four weeks get a place for dose 2 at the
visit, four weeks later: those days are open from the start. Later days open a fortnight before, so
that those with dose 1 in weeks 4 to 7 lack a place.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

START = date(2027, 1, 4)
DAYS = 183
PEOPLE = 300
FIRST_WEEKS = 8
LAST_WEEK = 13
OPEN_FROM_START = range(FIRST_WEEKS)
A_DAY = timedelta(days=1)


class Story(StrEnum):
    """What becomes of somebody."""

    # Does not get as far as dose 1.
    MISSES_ONE = "misses_one"
    CANCELS_ONE = "cancels_one"
    # Has a place for dose 2 from the visit on.
    TWICE = "twice"
    MISSES_TWO = "misses_two"
    CANCELS_TWO = "cancels_two"
    # Lacks a place.
    NEVER = "never"
    BOOKS_LATE = "books_late"
    ELSEWHERE = "elsewhere"
    NOT_ELSEWHERE = "not_elsewhere"
    MPOX = "mpox"
    REACTION = "reaction"
    STOPS = "stops"


PLACED = (Story.TWICE, Story.TWICE, Story.MISSES_TWO, Story.CANCELS_TWO, Story.MISSES_ONE)
UNPLACED = (
    *(Story.NEVER, Story.BOOKS_LATE, Story.ELSEWHERE, Story.NOT_ELSEWHERE, Story.MPOX),
    *(Story.REACTION, Story.STOPS, Story.CANCELS_ONE),
)
CHANNELS = ("sms", "sms", "email", "both", "none", "sms", "email")
LANGUAGES = ("nb", "nn", "en")
# How many days before dose 1 it is booked: all reminders, all but the week's, none but the booking.
LEADS = (9, 5, 1)

# In days after dose 1.
CANCELS_TWO_ON = 20
BOOKS_LATE_ON = 30
ANSWERS_ON, LOOKED_AT_ON = 29, 33
STOPS_ON = 30
ILL_ON = 40
REACTION_ON, REACTION_GONE_ON = 10, 50


@dataclass(frozen=True)
class Person:
    """One person; ``number`` is theirs, ``phone`` perhaps another's too."""

    number: int
    week: int
    story: Story
    contact_by: str
    language: str
    lead: int
    place: int

    @property
    def dose_one(self) -> date:
        """The day of the session that dose 1 is booked in."""
        return tuesday(self.week)

    @property
    def booked_on(self) -> date:
        """The day dose 1 is booked."""
        return self.dose_one - self.lead * A_DAY

    @property
    def phone(self) -> str:
        """A number: every tenth person has that of the one before."""
        return f"+47900{self.number - (self.number % 10 == 9):05}"

    @property
    def email(self) -> str:
        """An address."""
        return f"person{self.number}@example.org"

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels they are written to by."""
        return {"both": ("sms", "email"), "none": ()}.get(self.contact_by, (self.contact_by,))


def tuesday(week: int) -> date:
    """Return the day of a week's session."""
    return START + timedelta(weeks=week, days=1)


def opened_on(week: int) -> date:
    """Return the day on which a week's session is opened."""
    return START - 14 * A_DAY if week in OPEN_FROM_START else START + timedelta(weeks=week - 2)


def people() -> list[Person]:
    """Return everybody, the same each time."""
    found = []
    for number in range(PEOPLE):
        week, nth = number % FIRST_WEEKS, number // FIRST_WEEKS
        stories = PLACED if week < FIRST_WEEKS // 2 else UNPLACED
        found.append(
            Person(
                number=number,
                week=week,
                story=stories[nth % len(stories)],
                contact_by=CHANNELS[(nth + week) % len(CHANNELS)],
                language=LANGUAGES[(nth // 2 + week) % len(LANGUAGES)],
                lead=LEADS[(nth // 3 + week) % len(LEADS)],
                place=nth,
            )
        )
    return found
