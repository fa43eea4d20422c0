"""Seals what the access log has got since the last seal."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from audit.domain.chain import COLUMNS, Batch, gaps, runs_in, seal
from audit.locks import may_seal
from audit.models import AuditEntry, Seal
from audit.selectors import CHUNK

logger = logging.getLogger(__name__)
# No transaction is open for so long: an id that has not come by then was rolled back.
LONGEST_TRANSACTION = timedelta(days=1)


@transaction.atomic
def seal_entries(*, now: datetime) -> int:
    """Seal all committed entries that are in no seal yet, in one batch; return how many.

    An entry whose transaction commits after entries with higher ids is in a later batch. Nothing is
    done while another process seals.
    """
    if not may_seal():
        return 0
    newest = Seal.objects.order_by("-number").first()
    up_to = newest.up_to if newest else 0
    batch = Batch()
    found = AuditEntry.objects.filter(Q(pk__gt=up_to) | Q(pk__in=_late(up_to, now)))
    for row in found.order_by("pk").values_list(*COLUMNS).iterator(chunk_size=CHUNK):
        batch.add(row)
    if not batch.entries:
        return 0
    sealed = seal(
        batch,
        number=newest.number + 1 if newest else 1,
        previous=newest.hash if newest else "",
        up_to=up_to,
        sealed_at=now,
        key=settings.AUDIT_KEYS[0],
    )
    Seal.objects.create(**vars(sealed))
    # Whoever keeps the lines of the log elsewhere can tell later that a newest seal is gone.
    logger.info("audit head %s:%s", sealed.number, sealed.hash)
    return batch.entries


def _late(up_to: int, now: datetime) -> list[int]:
    """Return the ids that were left out of the batches of the last day and are there now."""
    old = Seal.objects.filter(sealed_at__lt=now - LONGEST_TRANSACTION).order_by("-number").first()
    after = old.up_to if old else 0
    recent = Seal.objects.filter(number__gt=old.number if old else 0).values_list("ids", flat=True)
    sealed = [run for ids in recent for run in runs_in(ids)]
    left_out = list(gaps(sealed, after=after, up_to=up_to))
    if not left_out:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM unnest(%s::bigint[], %s::bigint[]) gap (first_id, last_id)"
            " JOIN audit_auditentry ON id BETWEEN first_id AND last_id",
            [[first for first, _last in left_out], [last for _first, last in left_out]],
        )
        return [row_id for (row_id,) in cursor.fetchall()]
