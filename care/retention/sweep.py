"""The nightly sweep: what is kept no longer goes, and a report says how much of what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from care.retention.kinds import Change, Kind
from care.retention.schedule import SCHEDULE
from clinics.services.batches import in_batches


@dataclass(frozen=True)
class Went:
    """How many rows of a kind went, or would go."""

    kind: Kind
    number: int


def what_would_go(*, now: datetime) -> Iterator[Went]:
    """Count the rows of each kind whose time is over; changes nothing.

    What goes by a first kind is not taken from a later one: a row may be counted twice.
    """
    for kind in SCHEDULE:
        if kind.change is not None:
            yield Went(kind, kind.change.select(now).count())


def let_go(*, now: datetime) -> list[Went]:
    """End what the schedule says is over; return how much of what.

    Safe to run twice, and twice at once: batches are locked, and what another sweep holds is
    passed over.
    """
    return [
        Went(kind, in_batches(kind.change.select(now), partial(_apply, kind.change, now)))
        for kind in SCHEDULE
        if kind.change is not None
    ]


def _apply(change: Change, now: datetime, ids: Sequence[Any]) -> int:
    return change.apply(ids, now)
