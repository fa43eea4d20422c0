"""Ends the messages of the demo's past: what was due then was sent then, in the past's own time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from appointments.domain.status import Status
from appointments.models import Appointment
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
    before = set(Message.objects.filter(state=Message.State.WAITING).values_list("pk", flat=True))
    yield
    past = Message.objects.filter(
        state=Message.State.WAITING, due_at__lte=now - LEFT_TO_THE_WORKER
    ).exclude(pk__in=before)
    _end(past)


def _end(past) -> None:  # type: ignore[no-untyped-def]
    cancelled = Appointment.objects.filter(status=Status.CANCELLED)
    given_up = past.filter(kind="reminder", subject_id__in=cancelled.values("pk"))
    given_up.update(state=Message.State.SKIPPED, fate="not_booked", ended_at=F("due_at"))
    past.update(
        state=Message.State.SENT,
        attempts=1,
        attempt_started_at=F("due_at"),
        ended_at=F("due_at") + SENT_AFTER,
    )
    Message.objects.filter(
        Q(state=Message.State.SENT, channel=Message.Channel.SMS, provider_reference="")
    ).update(provider_reference=Concat(Value("file-"), F("id")))
