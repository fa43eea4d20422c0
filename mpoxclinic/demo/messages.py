"""Ends the messages of the demo's past: what was due then was sent then, in the past's own time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from appointments.domain.reminding import Reminder
from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services.visit_messages import TIMES_OPENED
from notifications.models import Message

# Messages that became due this recently are left to the worker, so that some arrive at once.
LEFT_TO_THE_WORKER = timedelta(minutes=10)
SENT_AFTER = timedelta(seconds=7)


@contextmanager
def past_messages_ended(*, now: datetime) -> Iterator[None]:
    """End the messages queued meanwhile that were due before now; leave those that were there.

    They had no worker to send them: it would find most of them out of date, and send the rest all
    at once. Files are written only of those that it sends now.
    """
    before = _due(now)
    yield
    queued_meanwhile = _due(now) - before
    if queued_meanwhile:
        _end(Message.objects.filter(pk__in=queued_meanwhile))


def _due(now: datetime) -> set[UUID]:
    due = Message.objects.filter(state=Message.State.WAITING, due_at__lte=now - LEFT_TO_THE_WORKER)
    return set(due.values_list("pk", flat=True))


def _end(messages: QuerySet[Message]) -> None:
    """End messages as a worker would have done when they were due."""
    cancelled = Appointment.objects.filter(status=Status.CANCELLED).values("pk")
    messages.filter(kind__in=Reminder, subject_id__in=cancelled).update(
        state=Message.State.SKIPPED, fate="not_booked", ended_at=F("due_at")
    )
    # Nearly all of them had a place by then: the demo books it as it opens the day.
    messages.filter(kind=TIMES_OPENED).update(
        state=Message.State.SKIPPED, fate="placed", ended_at=F("due_at")
    )
    sent: dict[str, Any] = {
        "state": Message.State.SENT,
        "attempts": 1,
        "attempt_started_at": F("due_at"),
        "ended_at": F("due_at") + SENT_AFTER,
    }
    unsent = messages.filter(state=Message.State.WAITING)
    unsent.filter(channel=Message.Channel.SMS).update(
        **sent, provider_reference=Concat(Value("file-"), Cast("id", CharField()))
    )
    unsent.update(**sent)
