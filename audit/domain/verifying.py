"""Looks whether the access log and its seals are what they were; never holds more than a few rows.

What is wrong with the rows is found by walking rows and seals side by side, by id; what is wrong
with the seals by walking them by number.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from audit.domain.chain import Batch, Row, Run, Sealed, hash_of, mac_of, runs_in, runs_in_text

# A row is sealed within a minute or two; one that is not after this long is a fault.
PATIENCE = timedelta(minutes=10)


class Wrong(StrEnum):
    """What can be wrong with the log."""

    ROWS_CHANGED = "rows_changed"
    ROWS_MISSING = "rows_missing"
    ROW_UNSEALED = "row_unsealed"
    ROW_SEALED_TWICE = "row_sealed_twice"
    ROW_BACKDATED = "row_backdated"
    SEAL_CHANGED = "seal_changed"
    SEAL_FORGED = "seal_forged"
    SEALS_MISSING = "seals_missing"
    CHAIN_BROKEN = "chain_broken"
    KEY_UNKNOWN = "key_unknown"
    HEAD_MISSING = "head_missing"
    HEAD_DIFFERS = "head_differs"


@dataclass(frozen=True)
class Found:
    """One thing that is wrong: in which seal, and which rows (or seals) as ``1-5,7``."""

    wrong: Wrong
    seal: int | None = None
    ids: str = ""


@dataclass(frozen=True)
class Head:
    """A seal's number and hash, as they were kept elsewhere."""

    number: int
    hash: str


class _Open:
    """A seal among whose rows the walk is."""

    def __init__(self, sealed: Sealed, before: datetime | None) -> None:
        self.sealed, self._before = sealed, before
        self._batch = Batch()
        self._missing: list[Run] = []
        try:
            self._due = runs_in(sealed.ids)
        except ValueError:
            self._due = [(sealed.first_id, sealed.last_id)]
        self.last = self._due[-1][1]

    def take(self, row: Row) -> Iterator[Found]:
        """Compare a row that is in this seal; ids that it leaves behind are missing."""
        self._skip_to(row[0])
        first, last = self._due[0]
        self._due[:1] = [(first + 1, last)] if first < last else []
        self._batch.add(row)
        if self._before is not None and row[1] < self._before - PATIENCE:
            yield Found(Wrong.ROW_BACKDATED, self.sealed.number, str(row[0]))

    def holds(self, row_id: int) -> bool:
        """Tell whether a row is in this seal; ids only go up."""
        return any(first <= row_id <= last for first, last in self._next_runs(row_id))

    def close(self) -> Iterator[Found]:
        """Say what was wrong, once its last row is behind."""
        self._skip_to(self.last + 1)
        number = self.sealed.number
        if self._missing:
            yield Found(Wrong.ROWS_MISSING, number, runs_in_text(self._missing))
        elif self._batch.rows_hash != self.sealed.rows_hash:
            yield Found(Wrong.ROWS_CHANGED, number, self.sealed.ids)

    def _next_runs(self, row_id: int) -> Iterator[Run]:
        for run in self._due:
            yield run
            if run[1] >= row_id:
                return

    def _skip_to(self, row_id: int) -> None:
        while self._due and self._due[0][0] < row_id:
            first, last = self._due[0]
            gone = min(last, row_id - 1)
            self._missing.append((first, gone))
            self._due[:1] = [(gone + 1, last)] if gone < last else []


def check_rows(
    rows: Iterable[Row], seals: Iterable[tuple[Sealed, datetime | None]], *, now: datetime
) -> Iterator[Found]:
    """Compare all rows, by id, with all seals, by their first id.

    With each seal comes the moment of the one before it: a row that is older than that by more than
    PATIENCE was not there when it should have been sealed.
    """
    coming = iter(seals)
    upcoming = next(coming, None)
    walked: list[_Open] = []
    for row in rows:
        row_id = row[0]
        while upcoming is not None and upcoming[0].first_id <= row_id:
            walked.append(_Open(*upcoming))
            upcoming = next(coming, None)
        for done in [one for one in walked if one.last < row_id]:
            walked.remove(done)
            yield from done.close()
        holders = [one for one in walked if one.holds(row_id)]
        for one in holders:
            yield from one.take(row)
        if len(holders) > 1:
            yield Found(Wrong.ROW_SEALED_TWICE, holders[1].sealed.number, str(row_id))
        if not holders and abs(now - row[1]) > PATIENCE:
            yield Found(Wrong.ROW_UNSEALED, None, str(row_id))
    while upcoming is not None:
        walked.append(_Open(*upcoming))
        upcoming = next(coming, None)
    for one in walked:
        yield from one.close()


def check_chain(
    seals: Iterable[Sealed], *, keys: Mapping[str, str], head: Head | None
) -> Iterator[Found]:
    """Check every seal, by number, with the keys by their ids, and the head kept elsewhere."""
    last: Sealed | None = None
    head_seen = False
    for one in seals:
        due = last.number + 1 if last else 1
        if one.number != due:
            yield Found(Wrong.SEALS_MISSING, one.number, runs_in_text([(due, one.number - 1)]))
        elif one.previous != (last.hash if last else ""):
            yield Found(Wrong.CHAIN_BROKEN, one.number)
        yield from _check_seal(one, keys)
        if head and one.number == head.number:
            head_seen = True
            if not hmac.compare_digest(one.hash, head.hash):
                yield Found(Wrong.HEAD_DIFFERS, one.number)
        last = one
    if head and not head_seen:
        yield Found(Wrong.HEAD_MISSING, head.number)


def _check_seal(one: Sealed, keys: Mapping[str, str]) -> Iterator[Found]:
    if not hmac.compare_digest(hash_of(one), one.hash):
        yield Found(Wrong.SEAL_CHANGED, one.number)
        return
    key = keys.get(one.key_id)
    if key is None:
        yield Found(Wrong.KEY_UNKNOWN, one.number)
    elif not hmac.compare_digest(mac_of(one.hash, key), one.mac):
        yield Found(Wrong.SEAL_FORGED, one.number)
