"""Notes that staff reached a person in another way, after a message did not arrive."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit.domain import Actor
from audit.services import record
from notifications.models import Message

# What a hand can be lent to: it did not arrive, or nobody knows.
UNREACHED = frozenset({Message.State.FAILED, Message.State.UNKNOWN})


class NotUnreachedError(Exception):
    """The message arrived, or is still to be sent."""


class AlreadyHandledError(Exception):
    """Somebody has noted it already."""


class NotHandledError(Exception):
    """Nobody has noted it, or somebody has taken it back."""


def handle(*, message_id: UUID, patient_id: UUID | None, by: Actor, now: datetime) -> None:
    """Note that staff told the person; ``patient_id`` is for the access log.

    Of two at once, one does it. Raises NotUnreachedError, AlreadyHandledError.
    """
    with transaction.atomic():
        noted = Message.objects.filter(pk=message_id, handled_at=None, state__in=UNREACHED).update(
            handled_at=now, handled_by_id=int(by.id)
        )
        if not noted:
            there = Message.objects.filter(pk=message_id, handled_at__isnull=False).exists()
            raise AlreadyHandledError if there else NotUnreachedError
        record(
            action="message.handled", by=by, now=now, patient_id=patient_id, object_id=message_id
        )


def unhandle(*, message_id: UUID, patient_id: UUID | None, by: Actor, now: datetime) -> None:
    """Take that back: the person is still to be told. Raises NotHandledError."""
    with transaction.atomic():
        taken_back = Message.objects.filter(Q(handled_at__isnull=False), pk=message_id).update(
            handled_at=None, handled_by=None
        )
        if not taken_back:
            raise NotHandledError
        record(
            action="message.not_handled",
            by=by,
            now=now,
            patient_id=patient_id,
            object_id=message_id,
        )
