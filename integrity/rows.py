"""Turns what a query finds into faults, a chunk of rows at a time."""

from collections.abc import Iterator
from string import Formatter
from typing import Any

from django.db.models import Model, QuerySet

from integrity.invariants import Fault

# Rows in memory at once, however many a table has.
CHUNK = 2000


def table_of(model: type[Model]) -> str:
    """Return the name of a model's table."""
    return model._meta.db_table  # noqa: SLF001  # Django documents it


def rows(found: QuerySet[Any], what: str) -> Iterator[Fault]:
    """Yield a fault for each row that a query finds; one query.

    ``{name}`` in ``what`` shows a field or annotation of the row: numbers, dates and codes only.
    """
    shown = [name for _text, name, _spec, _conversion in Formatter().parse(what) if name]
    for row in found.order_by("pk").values("pk", *shown).iterator(chunk_size=CHUNK):
        yield Fault(table_of(found.model), (str(row["pk"]),), what.format(**row))


def groups(found: QuerySet[Any, dict[str, Any]], what: str) -> Iterator[Fault]:
    """Yield a fault for each group of rows, given as ``values(...)`` with their ids as ``ids``."""
    for group in found.order_by().iterator(chunk_size=CHUNK):
        ids = tuple(sorted(str(row_id) for row_id in group["ids"]))
        yield Fault(table_of(found.model), ids, what.format(**group))
