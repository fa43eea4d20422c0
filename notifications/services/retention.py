"""Drops what the outbox keeps of messages that ended: it never held their words or addresses."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from notifications.models import Message


def with_reference(*, ended_before: datetime) -> "QuerySet[Message]":
    """Select messages by whose reference a provider finds whom it sent them to."""
    return Message.objects.filter(ended_at__lte=ended_before).exclude(provider_reference="")


def drop_references(ids: Sequence[UUID]) -> int:
    """Drop the providers' references of messages."""
    return Message.objects.filter(pk__in=ids).update(provider_reference="")


def delete_messages(subjects: Iterable[UUID]) -> None:
    """Delete the messages about rows that are deleted too."""
    Message.objects.filter(subject_id__in=list(subjects)).delete()
