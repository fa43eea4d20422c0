"""The seals over the access log: batches of rows, each bound to all that went before it.

A seal names the ids of its rows and hashes them, names the hash of the seal before it, and is
signed by a key that the database does not hold. All of it is plain text and SHA-256, so that it can
be checked by another program.
"""

import hashlib
import hmac
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

# The columns of a row, in the order in which they are hashed; the id comes first.
COLUMNS = (
    "id",
    "at",
    "actor_kind",
    "actor_id",
    "role",
    "clinic_id",
    "patient_id",
    "action",
    "object_id",
    "reason",
    "why",
    "why_id",
)
Row = Sequence[Any]
Run = tuple[int, int]


@dataclass(frozen=True)
class Sealed:
    """One seal. ``ids`` are the rows in it as ``1-5,7``; ``up_to`` the highest id sealed so far.

    ``previous`` is the hash of the seal before it, "" for the first; hashes are in hexadecimal.
    """

    number: int
    previous: str
    ids: str
    entries: int
    first_id: int
    last_id: int
    up_to: int
    rows_hash: str
    sealed_at: datetime
    key_id: str
    hash: str = ""
    mac: str = ""


def line(row: Row) -> bytes:
    """Write a row, its values in the order of COLUMNS, as one line that no other row has."""
    return json.dumps([_plain(value) for value in row], separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value


class Batch:
    """Rows on their way into a seal, or out of one to be compared; holds no row."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.runs: list[Run] = []
        self.entries = 0

    def add(self, row: Row) -> None:
        """Take a row; its id is higher than that of the one before."""
        self._hash.update(line(row))
        self.entries += 1
        row_id = int(row[0])
        if self.runs and self.runs[-1][1] == row_id - 1:
            self.runs[-1] = (self.runs[-1][0], row_id)
        else:
            self.runs.append((row_id, row_id))

    @property
    def rows_hash(self) -> str:
        """The hash over all rows taken."""
        return self._hash.hexdigest()


def seal(
    batch: Batch, *, number: int, previous: str, up_to: int, sealed_at: datetime, key: str
) -> Sealed:
    """Seal a batch with at least one row. ``up_to`` is the highest id sealed before."""
    draft = Sealed(
        number=number,
        previous=previous,
        ids=runs_in_text(batch.runs),
        entries=batch.entries,
        first_id=batch.runs[0][0],
        last_id=batch.runs[-1][1],
        up_to=max(up_to, batch.runs[-1][1]),
        rows_hash=batch.rows_hash,
        sealed_at=sealed_at,
        key_id=key_id_of(key),
    )
    hashed = hash_of(draft)
    return replace(draft, hash=hashed, mac=mac_of(hashed, key))


def hash_of(sealed: Sealed) -> str:
    """Hash all that a seal says, but for its own hash and signature."""
    said = [
        sealed.number,
        sealed.previous,
        sealed.ids,
        sealed.entries,
        sealed.first_id,
        sealed.last_id,
        sealed.up_to,
        sealed.rows_hash,
        sealed.sealed_at,
        sealed.key_id,
    ]
    return hashlib.sha256(b"mpoxclinic audit seal\n" + line(said)).hexdigest()


def mac_of(hashed: str, key: str) -> str:
    """Sign a seal's hash."""
    return hmac.new(key.encode(), f"seal {hashed}".encode(), hashlib.sha256).hexdigest()


def key_id_of(key: str) -> str:
    """Name a key without telling it."""
    return hmac.new(key.encode(), b"key id", hashlib.sha256).hexdigest()[:16]


def runs_in_text(runs: Iterable[Run]) -> str:
    """Write runs of ids: ``1-5,7``."""
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def runs_in(text: str) -> list[Run]:
    """Read runs of ids. Raises ValueError for what ``runs_in_text`` does not write."""
    parts = [part.partition("-") for part in text.split(",")]
    runs = [(int(first), int(last) if dash else int(first)) for first, dash, last in parts]
    ordered = all(a <= b for a, b in runs) and all(
        one[1] < two[0] for one, two in itertools.pairwise(runs)
    )
    if not ordered or runs_in_text(runs) != text:
        raise ValueError(text)
    return runs


def gaps(sealed: Iterable[Run], *, after: int, up_to: int) -> Iterator[Run]:
    """Yield the ids above ``after`` and up to ``up_to`` that are in none of the runs, as runs."""
    expected = after + 1
    for first, last in sorted(sealed):
        if first > expected:
            yield expected, first - 1
        expected = max(expected, last + 1)
    if expected <= up_to:
        yield expected, up_to
