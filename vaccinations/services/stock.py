"""Changes a clinic's stock: one verb each, one line of the ledger each.

Every change locks the clinic's stock, then counts what is there, then writes.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from vaccinations.domain.lot_state import LotState
from vaccinations.locks import lock_stock
from vaccinations.models import Lot, LotEntry, Thawing
from vaccinations.selectors import Stock, stock_of, with_remaining, with_stock


class LotUnknownError(Exception):
    """There is no such lot at the clinic."""


class ExpiryDiffersError(Exception):
    """The lot is known here with another last day, ``known``."""

    def __init__(self, known: date) -> None:
        super().__init__(known.isoformat())
        self.known = known


class LotExpiredError(Exception):
    """The lot's last day has passed."""


class LotRecalledError(Exception):
    """The lot has been recalled: no more of it is taken in."""


class NotAPositiveNumberError(Exception):
    """The number of vials must be 1 or more (counted: 0 or more)."""


class NotEnoughError(Exception):
    """There are not so many vials there, only ``there``."""

    def __init__(self, there: int) -> None:
        super().__init__(str(there))
        self.there = there


class ReasonMissingError(Exception):
    """What happened must be explained."""


class StockChangedError(Exception):
    """A colleague has changed the stock since it was looked at; it is ``on_hand`` now."""

    def __init__(self, on_hand: int) -> None:
        super().__init__(str(on_hand))
        self.on_hand = on_hand


class ThawedVialsLeftError(Exception):
    """Fewer vials were counted than the ``thawed`` that should be among them."""

    def __init__(self, thawed: int) -> None:
        super().__init__(str(thawed))
        self.thawed = thawed


class ThawedNotReturnedError(Exception):
    """Thawed vials are not sent back: nobody else may use them."""


class NothingToWriteOffError(Exception):
    """The thawing has no vials left, or they may still be opened."""


def receive(
    *,
    clinic_id: int,
    product_id: int,
    number: str,
    expires_on: date,
    vials: int,
    by: Actor,
    now: datetime,
    note: str = "",
) -> Lot:
    """Take in a delivery: of a new lot, or more of a known one, whose last day must agree.

    Lot numbers are kept in capitals without spaces at the ends, so that one lot stays one.
    Raises NotAPositiveNumberError, LotExpiredError, ExpiryDiffersError, LotRecalledError.
    """
    if vials < 1:
        raise NotAPositiveNumberError(vials)
    if expires_on < oslo_date(now):
        raise LotExpiredError(expires_on)
    with transaction.atomic():
        lock_stock(clinic_id)
        lot = _known_or_new(clinic_id, product_id, number.strip().upper(), expires_on)
        if lot.expires_on != expires_on:
            raise ExpiryDiffersError(lot.expires_on)
        if lot.state == LotState.RECALLED:
            raise LotRecalledError
        write_line(lot, LotEntry.Kind.DELIVERY, vials=vials, note=note, by=by, now=now)
        record(action="lot.received", by=by, now=now, object_id=lot.pk, reason=f"{vials:+}")
    return lot


def count_stock(
    *,
    lot_id: int,
    clinic_id: int,
    counted: int,
    expected: int,
    by: Actor,
    now: datetime,
    note: str = "",
) -> LotEntry:
    """Record how many unopened vials were counted; the difference is what the ledger lacked.

    ``expected`` is the number that the counter was shown. ``note`` explains a difference.
    Raises NotAPositiveNumberError, StockChangedError, ReasonMissingError, ThawedVialsLeftError.
    """
    if counted < 0:
        raise NotAPositiveNumberError(counted)
    with transaction.atomic():
        stock = locked_stock(lot_id, clinic_id, now=now)
        if stock.on_hand != expected:
            raise StockChangedError(stock.on_hand)
        difference = counted - stock.on_hand
        if difference and not note.strip():
            raise ReasonMissingError
        if counted < stock.thawed:
            raise ThawedVialsLeftError(stock.thawed)
        entry = write_line(
            stock.lot, LotEntry.Kind.COUNT, vials=difference, note=note, by=by, now=now
        )
        record(action="lot.counted", by=by, now=now, object_id=lot_id, reason=f"{difference:+}")
    return entry


def write_off(
    *,
    lot_id: int,
    clinic_id: int,
    vials: int,
    note: str,
    by: Actor,
    now: datetime,
    returned: bool = False,
    thawing_id: int | None = None,
) -> LotEntry:
    """Take unopened vials out of the stock: lost, or sent back to the supplier (``returned``).

    They are taken from those that are not thawed, unless ``thawing_id`` names a thawing.
    Raises NotAPositiveNumberError, ReasonMissingError, ThawedNotReturnedError, NotEnoughError.
    """
    if vials < 1:
        raise NotAPositiveNumberError(vials)
    if returned and thawing_id is not None:
        raise ThawedNotReturnedError
    if not note.strip():
        raise ReasonMissingError
    with transaction.atomic():
        stock = locked_stock(lot_id, clinic_id, now=now)
        thawing = _thawing(stock.lot, thawing_id) if thawing_id is not None else None
        there = thawing.remaining if thawing else stock.frozen
        if vials > there:
            raise NotEnoughError(there)
        kind = LotEntry.Kind.RETURNED if returned else LotEntry.Kind.LOSS
        entry = write_line(
            stock.lot, kind, vials=-vials, note=note, thawing=thawing, by=by, now=now
        )
        record(action=f"lot.{kind}", by=by, now=now, object_id=lot_id, reason=f"{-vials:+}")
    return entry


def write_off_thawed(
    *, thawing_id: int, clinic_id: int, note: str, by: Actor, now: datetime
) -> LotEntry:
    """Write off all that was thawed and not opened in time.

    Raises NothingToWriteOffError, ReasonMissingError.
    """
    if not note.strip():
        raise ReasonMissingError
    with transaction.atomic():
        lock_stock(clinic_id)
        thawing = (
            with_remaining(Thawing.objects.filter(pk=thawing_id, lot__clinic_id=clinic_id))
            .select_related("lot")
            .first()
        )
        if thawing is None or thawing.remaining < 1 or thawing.use_before > now:
            raise NothingToWriteOffError
        left: int = thawing.remaining
        entry = write_line(
            thawing.lot,
            LotEntry.Kind.LOSS,
            vials=-left,
            note=note,
            thawing=thawing,
            by=by,
            now=now,
        )
        record(
            action="lot.thawed_lost", by=by, now=now, object_id=thawing.lot_id, reason=f"{-left:+}"
        )
    return entry


def locked_stock(lot_id: int, clinic_id: int, *, now: datetime) -> Stock:
    """Lock a clinic's stock, then count a lot of it. Raises LotUnknownError."""
    lock_stock(clinic_id)
    lots = Lot.objects.filter(pk=lot_id, clinic_id=clinic_id).select_related("product")
    lot = with_stock(lots, now=now).first()
    if lot is None:
        raise LotUnknownError
    return stock_of(lot)


def _known_or_new(clinic_id: int, product_id: int, number: str, expires_on: date) -> Lot:
    """Return the lot with this number, made when needed; the lock lets one at a time look."""
    lot, _new = Lot.objects.get_or_create(
        clinic_id=clinic_id,
        product_id=product_id,
        number=number,
        defaults={"expires_on": expires_on},
    )
    return lot


def _thawing(lot: Lot, thawing_id: int) -> Any:
    """Return a thawing of a lot with ``remaining``."""
    thawing = with_remaining(Thawing.objects.filter(pk=thawing_id, lot=lot)).first()
    if thawing is None:
        raise NotEnoughError(0)
    return thawing


def write_line(
    lot: Lot,
    kind: LotEntry.Kind,
    *,
    by: Actor,
    now: datetime,
    vials: int = 0,
    note: str = "",
    thawing: Thawing | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> LotEntry:
    """Add a line to a lot's ledger, under the lock of its clinic's stock."""
    return LotEntry.objects.create(
        lot=lot,
        kind=kind,
        vials=vials,
        thawing=thawing,
        since=since,
        until=until,
        note=note.strip(),
        at=now,
        by_id=int(by.id) if by.id else None,
    )
