"""When a message is late: ten minutes after it should first have been sent, and still not sent."""

from datetime import datetime, timedelta

from notifications.domain.retrying import WAITS

LATE_AFTER = timedelta(minutes=10)


def waited_before(attempts: int) -> timedelta:
    """Return for how long a message was put off by ``attempts`` attempts that failed."""
    return sum(WAITS[:attempts], timedelta())


def late_when_due_by(attempts: int, now: datetime) -> datetime:
    """Return until when a message with so many failed attempts must be due, to be late now.

    Each of them put off when it is due; what counts is when it was due at first.
    """
    return now - LATE_AFTER + waited_before(attempts)
