"""The sweep that sends what is due. Beat starts it; the work is found in rows."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from notifications.gateways import MailLine
from notifications.models import Message
from notifications.services import claims
from notifications.services.attempts import Attempts, Counts
from notifications.services.outbox import queue_instead
from notifications.services.preparing import prepare

BATCH = 100
# A sweep ends before it holds up what else the worker has to do; beat starts the next one.
SWEEP_LASTS = timedelta(seconds=50)


def sweep(*, now: Callable[[], datetime], lasts: timedelta = SWEEP_LASTS) -> Counts:
    """Send batch after batch until nothing is due, or ``lasts`` is over; return what became of all.

    Any number of sweeps share the work: none waits for another's messages.
    """
    ends_at = now() + lasts
    counts: Counts = Counter()
    with MailLine() as line:
        while batch := _deliver_batch(now=now, limit=BATCH, line=line):
            counts += batch
            if now() >= ends_at:
                break
    return counts


def deliver_due(*, now: Callable[[], datetime], limit: int = BATCH) -> Counts:
    """Send the messages that are due, at most ``limit``, and return what became of them.

    ``now`` is asked before and after each attempt. The claim and the start of each attempt are
    committed before anything is sent, and nothing is sent in a transaction: called in one this
    raises ``RuntimeError``.
    """
    with MailLine() as line:
        return _deliver_batch(now=now, limit=limit, line=line)


def _deliver_batch(*, now: Callable[[], datetime], limit: int, line: MailLine) -> Counts:
    counts: Counts = Counter()
    claim = claims.claim(now=now(), limit=limit)
    counts[Message.State.UNKNOWN] += claim.given_up
    checked_at = now()
    prepared = prepare(claim.messages, now=checked_at)
    # First, so that a sender that dies in between leaves nobody without.
    queue_instead(prepared.elsewhere, now=now())
    counts += claims.end_skipped(prepared.not_due, now=now())
    counts[Message.State.WAITING] += claims.hold(prepared.held)
    counts += claims.set_aside(prepared.broken, now=now())
    return counts + Attempts(checked_at, now, line).make(prepared.ready)
