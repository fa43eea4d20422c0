"""When somebody who has had dose 1, and has no place for dose 2, is reminded; and why not."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clinics.domain.public_holidays import is_day_of_rest
from eligibility.domain.decision import Outcome

DAYS = (28, 35, 60)
MONTHS = (3, 4, 5, 6)


class WhyNot(StrEnum):
    """Why nobody is reminded now: what ends or pauses dose 2, then what ends the reminders only.

    ``ENDS`` and ``PAUSES`` tell which is which; the others are about the day.
    """

    # Dose 1 does not count (any more).
    NO_DOSE = "no_dose"
    GIVEN = "given"
    # Mpox after dose 1 (R20), or before (R33); or a vaccine failure was recorded (R43).
    MPOX = "mpox"
    # The newest decision has no further dose: given elsewhere, or whatever else stands in it.
    COMPLETE = "complete"
    NOT_NEEDED = "not_needed"
    # The person says so, and staff found it right.
    SETTLED = "settled"
    STOPPED = "stopped"
    OVER = "over"
    BOOKED = "booked"
    # A clinician is to decide.
    REVIEW = "review"
    # The person says that it is not needed: nobody has looked at that yet.
    ANSWERED = "answered"
    # A local reaction persists (R34).
    REACTION = "reaction"
    NOT_YET = "not_yet"
    # Written already; the next occasion is to come.
    SENT = "sent"
    # For a message: a later occasion has come since it was written.
    NEWER = "newer"


ENDS = frozenset(
    {
        *(WhyNot.NO_DOSE, WhyNot.GIVEN, WhyNot.MPOX, WhyNot.COMPLETE, WhyNot.NOT_NEEDED),
        *(WhyNot.SETTLED, WhyNot.STOPPED, WhyNot.OVER),
    }
)
PAUSES = frozenset({WhyNot.BOOKED, WhyNot.REVIEW, WhyNot.ANSWERED, WhyNot.REACTION})


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day to remind on. ``code`` tells the occasions of one dose 1 apart: d28 ... m6."""

    code: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDueFacts:
    """What decides about one person. ``today`` and all days are Oslo's.

    ``outcome``, ``reasons`` and ``doses_planned`` are those of the newest decision ("" without
    one). ``first_day`` is the first day of dose 2 (R16, A11). ``lost_place_on`` is the day on which
    a place for it was last given up or missed. ``answer`` is what the person said: "" nothing that
    stands, "open" before staff have looked, "holds" after. ``sent`` are codes written before.
    """

    today: date
    dose_one_on: date
    first_day: date
    outcome: str
    doses_planned: int
    reasons: frozenset[str] = frozenset()
    given: bool = False
    booked: bool = False
    lost_place_on: date | None = None
    had_mpox: bool = False
    reaction_persists: bool = False
    answer: str = ""
    stopped: bool = False
    sent: frozenset[str] = frozenset()


def recall_days(dose_one_on: date) -> tuple[Occasion, ...]:
    """Return when to remind: day 28, 35, 60, then monthly until six months after dose 1.

    The last one comes a day or more early where it would fall on a day of rest, because such a
    message waits for a working day, and this one may not.
    """
    days = [Occasion(f"d{n}", dose_one_on + timedelta(days=n)) for n in DAYS]
    months = [Occasion(f"m{n}", _months_after(dose_one_on, n)) for n in MONTHS]
    last = months.pop()
    return (*days, *months, Occasion(last.code, _workday_until(last.day)))


def last_day(dose_one_on: date) -> date:
    """Return the last day on which anybody is reminded of dose 2."""
    return _months_after(dose_one_on, MONTHS[-1])


def recall_now(facts: NextDueFacts) -> Occasion | WhyNot:
    """Return the occasion to remind for today, or why there is none.

    Only the newest that has come: who could not be reminded for a while (nobody swept, a reaction)
    is reminded once. One that came before dose 2 is possible, or on a day when the person had a
    place, is none.
    """
    why = _why_not_at_all(facts)
    if why is not None:
        return why
    since = facts.lost_place_on or date.min
    come = [
        one
        for one in recall_days(facts.dose_one_on)
        if one.day <= facts.today and one.day >= facts.first_day and one.day > since
    ]
    if not come:
        return WhyNot.NOT_YET
    return WhyNot.SENT if come[-1].code in facts.sent else come[-1]


def next_recall(facts: NextDueFacts) -> Occasion | None:
    """Return the occasion that comes after today, if nothing ends the reminders before."""
    ahead = [one for one in recall_days(facts.dose_one_on) if one.day > facts.today]
    return next((one for one in ahead if one.day >= facts.first_day), None)


def _why_not_at_all(facts: NextDueFacts) -> WhyNot | None:
    goes_on = facts.outcome in {Outcome.ELIGIBLE, Outcome.DEFER}
    told = (
        (WhyNot.GIVEN, facts.given),
        (WhyNot.MPOX, facts.had_mpox or bool(facts.reasons & {"R20", "R33"})),
        (WhyNot.COMPLETE, "COMPLETE" in facts.reasons or (goes_on and facts.doses_planned < 2)),
        (WhyNot.NOT_NEEDED, not goes_on and facts.outcome != Outcome.CLINICIAN_REVIEW),
        (WhyNot.SETTLED, facts.answer == "holds"),
        (WhyNot.BOOKED, facts.booked),
        (WhyNot.REVIEW, not goes_on),
        (WhyNot.ANSWERED, facts.answer == "open"),
        (WhyNot.REACTION, facts.reaction_persists or "R34" in facts.reasons),
        # Last, as these end the reminders only: whoever has no other reason may book.
        (WhyNot.STOPPED, facts.stopped),
        (WhyNot.OVER, facts.today > last_day(facts.dose_one_on)),
    )
    return next((why for why, holds in told if holds), None)


def _months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or the last day of it where there is no such."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _workday_until(day: date) -> date:
    while is_day_of_rest(day):
        day -= timedelta(days=1)
    return day
