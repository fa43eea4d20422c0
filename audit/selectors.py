"""Reads the seals of the access log and the alarms raised from it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import Lag

from audit.domain.chain import Sealed
from audit.domain.verifying import Head
from audit.models import Alarm, Seal

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


def unseen_alarms(clinic_ids: Iterable[int]) -> dict[int, int]:
    """Count the alarms that nobody has acknowledged, by clinic; one query."""
    unseen = Alarm.objects.filter(seen_at=None, clinic_id__in=list(clinic_ids)).order_by()
    return dict(unseen.values_list("clinic_id").annotate(Count("pk")))


def alarms_at(clinic_id: int) -> QuerySet[Alarm]:
    """Select a clinic's alarms: those that nobody has acknowledged first, then the newest."""
    found = Alarm.objects.filter(clinic_id=clinic_id)
    return found.order_by(F("seen_at").desc(nulls_first=True), "-window", "pk")
