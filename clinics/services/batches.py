"""Change many rows, some at a time, while the clinic works."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

BATCH = 1000


def in_batches(
    rows: "QuerySet[Any]", change: Callable[[list[Any]], int], *, size: int = BATCH
) -> int:
    """Call ``change`` with the keys of rows, each batch locked and in a transaction of its own.

    Rows that somebody else holds are passed over until the next time. Under the lock it is asked
    again whether they are still meant: what came to be while we waited protects a row. Returns the
    sum of what ``change`` returns.
    """
    done, last = 0, None
    while True:
        ahead = rows.order_by("pk") if last is None else rows.order_by("pk").filter(pk__gt=last)
        with transaction.atomic():
            locked = list(
                ahead.select_for_update(skip_locked=True, of=("self",)).values_list(
                    "pk", flat=True
                )[:size]
            )
            if not locked:
                return done
            meant = list(rows.filter(pk__in=locked).values_list("pk", flat=True))
            if meant:
                done += change(meant)
        last = locked[-1]
