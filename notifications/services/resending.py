"""Sends a message again, because somebody at work asks for it: a new row, never a changed one."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.domain import Actor
from audit.services import record
from notifications.models import Message
from notifications.selectors import sent_again
from notifications.services.registry import kind_named

ENDED = frozenset(
    {Message.State.SENT, Message.State.SKIPPED, Message.State.FAILED, Message.State.UNKNOWN}
)


class NotEndedError(Exception):
    """The message is still to be sent."""


class AlreadyResentError(Exception):
    """The message has been sent again since: the newest of them is the one to look at."""


def resend(*, message_id: UUID, by: Actor, now: datetime) -> Message:
    """Write an ended message anew, due now; the sweep finds words, links and address anew too.

    Whether it is still due is asked then as well. Of two who ask for the same, one does it: the
    next round is taken once. Raises NotEndedError, AlreadyResentError, UnknownKindError.
    """
    with transaction.atomic():
        message = Message.objects.get(pk=message_id)
        kind_named(message.kind)
        if message.state not in ENDED:
            raise NotEndedError
        if Message.objects.filter(sent_again(), pk=message.pk).exists():
            raise AlreadyResentError
        try:
            with transaction.atomic():
                again = Message.objects.create(
                    kind=message.kind,
                    channel=message.channel,
                    subject_id=message.subject_id,
                    clinic_id=message.clinic_id,
                    occasion=message.occasion,
                    round=message.round + 1,
                    due_at=now,
                    created_at=now,
                )
        except IntegrityError as error:
            raise AlreadyResentError from error
        record(action="message.resent", by=by, now=now, object_id=again.pk)
    return again
