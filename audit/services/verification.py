"""Checks the whole access log against its seals, as it was at one moment."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction

from audit.domain.chain import COLUMNS, key_id_of
from audit.domain.verifying import Found, Head, check_chain, check_rows
from audit.models import AuditEntry, Seal
from audit.selectors import CHUNK, seals_by_first_row, seals_by_number

Item = TypeVar("Item")
# Wraps what is walked, to show how far it is: items, how many there are, what they are.
Progress = Callable[[Iterable[Item], int, str], Iterable[Item]]


def verify(
    *, now: datetime, head: Head | None, progress: Callable[..., Iterable[Item]]
) -> Iterator[Found]:
    """Yield all that is wrong: first with the seals, then with the rows. Only reads."""
    keys = {key_id_of(key): key for key in settings.AUDIT_KEYS}
    with one_moment():
        seals = progress(seals_by_number(), Seal.objects.count(), "seals")
        yield from check_chain(seals, keys=keys, head=head)  # type: ignore[arg-type]
        found = AuditEntry.objects.order_by("pk").values_list(*COLUMNS)
        rows = progress(found.iterator(chunk_size=CHUNK), AuditEntry.objects.count(), "rows")
        yield from check_rows(rows, seals_by_first_row(), now=now)  # type: ignore[arg-type]


@contextmanager
def one_moment() -> Iterator[None]:
    """Read from one snapshot and write nothing: the clinic goes on while we look."""
    if connection.in_atomic_block:  # a test's transaction: nobody else writes there
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
