"""When a message that could not be sent is tried again, and what is written about it."""

from datetime import datetime, timedelta
from enum import StrEnum

# The wait after the first, second, ... failed attempt. A fifth failure is the last.
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


class Fate(StrEnum):
    """Why a message was not sent: what staff are shown. A kind adds its own reasons to skip."""

    # Nobody to send to by this channel.
    NO_ADDRESS = "no_address"
    # This process does not know the kind; a newer one may.
    UNKNOWN_KIND = "unknown_kind"
    # Its owner could not say whether it is due, whose it is or what it is about.
    UNRESOLVED = "unresolved"
    # Its words could not be written.
    UNWRITTEN = "unwritten"
    # The gateway will never take it.
    REFUSED = "refused"
    # The gateway took it, and says that it never arrived.
    UNDELIVERED = "undelivered"
    # The gateway did not take it this time.
    UNREACHABLE = "unreachable"
    # The person is reached in another way by now, and is written to there instead.
    ELSEWHERE = "elsewhere"
    # The person wants no more of these.
    STOPPED = "stopped"
    # It is night, or a day of rest: it waits for the hour when it may be sent.
    HELD = "quiet_hours"
    # The sender stopped, or lost the line, in the middle of an attempt.
    INTERRUPTED = "interrupted"


def next_attempt_at(*, attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after ``attempts`` failed attempts; None after the fifth."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def may_repeat(channel: str, *, attempts: int) -> bool:
    """Tell whether an attempt that nobody saw the end of may be made again.

    An SMS may: the gateway knows its reference and sends it once. An e-mail may not: the
    recipient could get it twice.
    """
    return channel == "sms" and attempts <= len(WAITS)
