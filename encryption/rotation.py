"""Brings what was encrypted or hashed with older keys under the newest, while the site goes on.

What is left to do stands in the rows themselves: a value that the newest key opens is done. So the
work can be killed anywhere and begun again. Each row is changed by a statement of its own, where
its values are still those that were read (compare-and-set): what somebody else wrote meanwhile is
never overwritten, no lock is held from one row to the next, and nothing can deadlock.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import connection
from django.db.models import Model
from psycopg import sql

from encryption.fields import EncryptedTextField
from encryption.integrity import encrypted_fields
from encryption.keys import cipher, newest_cipher
from encryption.lookup import LookupHashField

BATCH = 500
_MARK = "gAAAA"  # how every Fernet token begins


@dataclass(frozen=True)
class Table:
    """A table with columns that are encrypted: as they are, or inside JSON; and hashes of some."""

    model: type[Model]
    columns: tuple[str, ...] = ()
    json_columns: tuple[str, ...] = ()
    hashes: dict[str, LookupHashField] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The table's name."""
        return self.model._meta.db_table  # noqa: SLF001  # Django documents it

    @property
    def key(self) -> str:
        """The column of the primary key."""
        column: str = self.model._meta.pk.column  # noqa: SLF001  # Django documents it
        return column

    @property
    def is_append_only(self) -> bool:
        """Whether the application's role may not change its rows: they stay under their key."""
        return bool(getattr(self.model, "append_only", False))


@dataclass
class Found:
    """What was found in a table: rows looked at, changed, changed by others, and unreadable."""

    rows: int = 0
    older: int = 0
    passed_over: int = 0
    unreadable: int = 0


def encrypted_tables(*others: Table) -> list[Table]:
    """List the tables that have encrypted fields, and others whose columns are told."""
    found = list(others)
    for model in apps.get_models():
        columns = tuple(one.column for one in encrypted_fields(model))
        fields = model._meta.local_fields  # noqa: SLF001  # Django documents it
        hashes = {one.column: one for one in fields if isinstance(one, LookupHashField)}
        if columns:
            found.append(Table(model, columns, hashes=hashes))
    return sorted(found, key=lambda table: table.name)


def count_rows(table: Table) -> int:
    """Count a table's rows."""
    return table.model._default_manager.count()  # noqa: SLF001  # Django documents it


def rotate(
    table: Table, *, only_look: bool = False, told: Callable[[int], object] = lambda _rows: None
) -> Found:
    """Bring a table's rows under the newest keys; ``only_look`` counts those that are not.

    ``told`` hears how many rows were looked at, after each batch.
    """
    found = Found()
    for batch in _batches(table):
        for row in batch:
            found.rows += 1
            try:
                renewed = _renewed(table, row)
            except (InvalidToken, ValueError):
                found.unreadable += 1
                continue
            if not renewed:
                continue
            if only_look or _write(table, row, renewed):
                found.older += 1
            else:
                found.passed_over += 1
        told(len(batch))
    return found


def is_newest(stored: str) -> bool:
    """Tell whether the newest key opens a stored value; "" needs none."""
    if not stored:
        return True
    try:
        newest_cipher().decrypt(stored.encode())
    except InvalidToken:
        return False
    return True


def _batches(table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows as they are stored, in the order of their keys; a query for each batch."""
    names = [*table.columns, *table.json_columns, *table.hashes]
    wanted = sql.SQL(", ").join(
        sql.SQL("{}::text").format(sql.Identifier(name)) for name in [table.key, *names]
    )
    # The key is compared as what it is, and given as text: a number, a UUID or a text.
    statement = sql.SQL("SELECT {} FROM {} {} ORDER BY {} LIMIT {}")
    last: str | None = None
    while True:
        after: sql.Composable = sql.SQL("")
        if last is not None:
            after = sql.SQL("WHERE {} > {}").format(sql.Identifier(table.key), sql.Literal(last))
        with connection.cursor() as cursor:
            cursor.execute(
                statement.format(
                    wanted,
                    sql.Identifier(table.name),
                    after,
                    sql.Identifier(table.key),
                    sql.Literal(BATCH),
                )
            )
            rows = [dict(zip(["", *names], row, strict=True)) for row in cursor.fetchall()]
        if not rows:
            return
        yield rows
        last = rows[-1][""]


def _renewed(table: Table, row: dict[str, Any]) -> dict[str, str]:
    """Return the columns that are to change. Raises InvalidToken for what no key opens."""
    renewed = {}
    for name in table.columns:
        if row[name] and not is_newest(row[name]):
            renewed[name] = _under_newest(row[name])
    for name in table.json_columns:
        value = json.loads(row[name])
        changed = _walked(value)
        if changed != value:
            renewed[name] = json.dumps(changed)
    for name, hashing in table.hashes.items():
        source = table.model._meta.get_field(hashing.of)  # noqa: SLF001  # Django documents it
        assert isinstance(source, EncryptedTextField)
        assert hashing.lookup is not None
        value = source.opened(row[source.column])
        if row[name] not in {"", hashing.lookup.hash(value)} and (
            row[name] in hashing.lookup.hashes(value)  # another's hash is a fault, and stays
        ):
            renewed[name] = hashing.lookup.hash(value)
    return renewed


def _under_newest(stored: str) -> str:
    return cipher().rotate(stored.encode()).decode()


def _walked(value: Any) -> Any:
    """Return a JSON value with all that is encrypted in it under the newest key."""
    if isinstance(value, dict):
        return {name: _walked(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_walked(inner) for inner in value]
    if isinstance(value, str) and value.startswith(_MARK) and not is_newest(value):
        return _under_newest(value)
    return value


def _write(table: Table, row: dict[str, Any], renewed: dict[str, str]) -> bool:
    """Write a row's columns if nobody has changed it meanwhile; False when somebody has."""
    sources = {table.model._meta.get_field(one.of).column for one in table.hashes.values()}  # type: ignore[union-attr]  # noqa: SLF001
    compared = [name for name in row if name and (name in renewed or name in sources)]
    sets = [
        sql.SQL("{} = {}{}").format(
            sql.Identifier(name),
            sql.Literal(value),
            sql.SQL("::jsonb" if name in table.json_columns else ""),
        )
        for name, value in renewed.items()
    ]
    unchanged = [
        sql.SQL("{}::text IS NOT DISTINCT FROM {}").format(
            sql.Identifier(name), sql.Literal(row[name])
        )
        for name in compared
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("UPDATE {} SET {} WHERE {} = {} AND {}").format(
                sql.Identifier(table.name),
                sql.SQL(", ").join(sets),
                sql.Identifier(table.key),
                sql.Literal(row[""]),
                sql.SQL(" AND ").join(unchanged),
            )
        )
        return bool(cursor.rowcount == 1)
