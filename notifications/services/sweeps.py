"""Keeps how each task of the beat schedule last ran, for those who run the system."""

import contextlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError
from django.db.models.functions import Greatest

from notifications.domain.faults import place_of
from notifications.models import SweepRun

logger = logging.getLogger(__name__)


@contextmanager
def recorded(name: str, *, now: Callable[[], datetime]) -> Iterator[dict[str, int]]:
    """Record that a sweep begins, and how it ended; what it did goes into the counts it yields.

    Of two at the same time, the row tells of the one that began last. Three statements.
    """
    started_at = now()
    _begin(name, started_at)
    counts: dict[str, int] = {}
    try:
        yield counts
    except Exception as error:
        # Whatever broke the sweep may keep us from saying so: its error is the one to see.
        with contextlib.suppress(DatabaseError):
            _end(name, started_at, ended_at=now(), fault=place_of(error)[:200])
        raise
    SweepRun.objects.filter(name=name).update(last_ok_at=Greatest("last_ok_at", started_at))
    _end(name, started_at, ended_at=now(), ok=True, counts=counts)


def _begin(name: str, started_at: datetime) -> None:
    begun = SweepRun(name=name, first_started_at=started_at, started_at=started_at)
    SweepRun.objects.bulk_create(
        [begun],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["started_at", "ended_at", "ok", "fault", "counts"],
    )


def _end(name: str, started_at: datetime, **changes: object) -> None:
    SweepRun.objects.filter(name=name, started_at=started_at).update(**changes)
