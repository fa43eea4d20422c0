"""The start times of a session's slots."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta


def slot_starts(starts_at: datetime, ends_at: datetime, minutes: int) -> Iterator[datetime]:
    """Yield the starts of the slots that end within an opening, in UTC.

    Steps are of real time, so a night with a clock change has neither gap nor overlap.
    """
    step = timedelta(minutes=minutes)
    start, end = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    while start + step <= end:
        yield start
        start += step


def minute_of(starts_at: datetime, opening: datetime) -> int:
    """Return the whole minutes from a session's opening to a slot's start, in real time."""
    # Two moments of the same zone subtract by their clocks, which lie when they are changed.
    passed = starts_at.astimezone(UTC) - opening.astimezone(UTC)
    return int(passed.total_seconds() // 60)
