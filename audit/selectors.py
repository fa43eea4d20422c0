"""Reads the seals of the access log."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Window
from django.db.models.functions import Lag

from audit.domain.chain import Sealed
from audit.domain.verifying import Head
from audit.models import Seal

# Rows and seals in memory at once, however many there are.
CHUNK = 2000


def head() -> Head | None:
    """Return the newest seal's number and hash, to be kept elsewhere; None before the first."""
    newest = Seal.objects.order_by("-number").first()
    return Head(newest.number, newest.hash) if newest else None


def seals_by_number() -> Iterator[Sealed]:
    """Yield all seals in the order of their numbers."""
    for one in Seal.objects.order_by("number").iterator(chunk_size=CHUNK):
        yield one.as_domain()


def seals_by_first_row() -> Iterator[tuple[Sealed, datetime | None]]:
    """Yield all seals by their first row, each with the moment of the seal before it."""
    before = Window(Lag("sealed_at"), order_by=F("number").asc())
    found = Seal.objects.annotate(before=before).order_by("first_id", "number")
    for one in found.iterator(chunk_size=CHUNK):
        yield one.as_domain(), one.before
