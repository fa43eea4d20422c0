"""What a nurse at the board changes in the stock."""

from datetime import datetime

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from vaccinations.models import LotEntry
from vaccinations.selectors import first_thawing
from vaccinations.services.stock import (
    NotEnoughError,
    ReasonMissingError,
    StockChangedError,
    locked_stock,
    write_line,
)


def lose_one(
    *, lot_id: int, clinic_id: int, expected: int, note: str, by: Actor, now: datetime
) -> LotEntry:
    """Write one unopened vial off, of those that could have been opened; a thawed one first.

    ``expected`` is how many the nurse was shown, so that two clicks lose one vial.
    Raises ReasonMissingError, StockChangedError, NotEnoughError.
    """
    if not note.strip():
        raise ReasonMissingError
    with transaction.atomic():
        stock = locked_stock(lot_id, clinic_id, now=now)
        if stock.to_open != expected:
            raise StockChangedError(stock.to_open)
        if stock.to_open < 1:
            raise NotEnoughError(stock.to_open)
        entry = write_line(
            stock.lot,
            LotEntry.Kind.LOSS,
            vials=-1,
            note=note,
            thawing=first_thawing(lot_id, now=now),
            by=by,
            now=now,
        )
        record(action="lot.loss", by=by, now=now, object_id=lot_id, reason="-1")
    return entry
