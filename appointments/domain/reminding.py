"""When a person is written to before and after a visit, as clocks in Oslo show."""

from datetime import datetime, time, timedelta
from enum import StrEnum

from clinics.domain.calendar import OSLO, oslo_date

REMIND_BEFORE = timedelta(hours=48)
# Early enough that somebody else can have the time of who calls.
ASK_AT = time(10)
# After work and before the night's quiet.
EVENING = time(20)
# Nobody is written to while they are observed.
AFTER_DOSE = timedelta(minutes=30)


class Reminder(StrEnum):
    """The messages before a time, by their kind."""

    # Time left to move it, and (R34) to say that a reaction to dose 1 persists.
    WEEK = "reminder_week"
    TWO_DAYS = "reminder"
    # Stay away and call if ill or with a fever (R31).
    DAY_BEFORE = "day_before"


def reminders_of(starts_at: datetime, *, now: datetime) -> list[tuple[Reminder, datetime]]:
    """Return what reminds of a time, and when it is due; what is past already is left out.

    A week is seven days by the clock on the wall, whatever the clock did in between.
    """
    local = starts_at.astimezone(OSLO)
    due = [
        (Reminder.WEEK, local - timedelta(days=7)),
        (Reminder.TWO_DAYS, starts_at - REMIND_BEFORE),
        (Reminder.DAY_BEFORE, datetime.combine(local.date() - timedelta(days=1), ASK_AT, OSLO)),
    ]
    return [(kind, at) for kind, at in due if at > now]


def evening_of(given_at: datetime) -> datetime:
    """Return when who had a dose is written to the same evening."""
    evening = datetime.combine(oslo_date(given_at), EVENING, OSLO)
    return max(evening, given_at + AFTER_DOSE)


def morning_after(noted_at: datetime) -> datetime:
    """Return when who was noted as missing is written to: once the day to undo it is over."""
    return datetime.combine(oslo_date(noted_at) + timedelta(days=1), ASK_AT, OSLO)
