"""Empties the words of given reasons when their time is over. The log itself stays."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from audit.models import GivenReason


def with_words(*, given_before: datetime) -> "QuerySet[GivenReason]":
    """Select the reasons whose words are still there and were written before a moment."""
    given = GivenReason.objects.filter(given_at__lte=given_before)
    return given.alias(stored=Cast("text", TextField())).exclude(stored="")


def drop_words(ids: Sequence[UUID]) -> int:
    """Drop what was written; which of the reasons was chosen, by whom and when stays."""
    return GivenReason.objects.filter(pk__in=ids).update(text="")
