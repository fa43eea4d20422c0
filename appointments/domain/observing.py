"""How long people stay after a dose, and when a release may be undone."""

from datetime import datetime, timedelta

UNDO_RELEASE_FOR = timedelta(minutes=15)


def observed_until(given_at: datetime, minutes: int, *, recorded_at: datetime) -> datetime | None:
    """Return when the observation after a dose ends.

    None where the clinic observes nobody, or the time was over before the dose was recorded: then
    it took place outside this system.
    """
    until = given_at + timedelta(minutes=minutes)
    return until if minutes and until > recorded_at else None


def minutes_left(until: datetime, now: datetime) -> int:
    """Return the minutes that are left, begun ones counted whole; 0 when it is over."""
    return max(0, -int((now - until).total_seconds() // 60))


def may_undo_release(released_at: datetime | None, now: datetime) -> bool:
    """Tell whether somebody was let go so recently that it may be taken back."""
    return released_at is not None and now - released_at < UNDO_RELEASE_FOR
