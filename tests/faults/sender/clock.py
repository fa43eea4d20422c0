"""The sender's clock: the real one, moved by as many seconds as the test has written to a file."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from tests.faults.sender.deaths import die_once

_doomed: list[str] = []


def die_at_the_next_look(reference: str) -> None:
    """The carrier has answered; before the row says so, the clock is looked at."""
    _doomed.append(reference)


def now() -> datetime:
    """Return the time of this sender."""
    if _doomed:
        die_once(_doomed.pop())
    try:
        seconds = float((settings.JOURNAL_DIR / "clock").read_text())
    except FileNotFoundError:
        seconds = 0
    return timezone.now() + timedelta(seconds=seconds)
