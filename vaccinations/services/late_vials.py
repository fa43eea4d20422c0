"""Registers a vial that was opened earlier: written on paper while the network was gone.

What happened is recorded, also of a lot that may not be used any more: the doses from it carry the
deviation. Only what the stock cannot have held is refused.
"""

from datetime import date, datetime, timedelta

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from vaccinations.domain.opening import LotStop
from vaccinations.locks import lock_stock
from vaccinations.models import Lot, Vial
from vaccinations.selectors import first_thawing, in_use_window, stock_of, with_stock
from vaccinations.services.vials import LotNotUsableError, NoInUseWindowError


class LetterInUseError(Exception):
    """Another vial of the day has the letter: ``vial``."""

    def __init__(self, vial: Vial) -> None:
        super().__init__(vial.letter)
        self.vial = vial


class NotOfThatDayError(Exception):
    """The moment lies on another day than the vial's, or has not been yet."""


def register_opened(
    *,
    clinic_id: int,
    lot_id: int,
    day: date,
    letter: str,
    opened_at: datetime,
    by: Actor,
    now: datetime,
) -> Vial:
    """Register a vial opened at ``opened_at``, with the letter that was written on it.

    Entered twice it is the same vial. Raises NotOfThatDayError, LetterInUseError,
    LotNotUsableError (none of the lot can be left), NoInUseWindowError.
    """
    if opened_at > now or abs((oslo_date(opened_at) - day).days) > 1:
        raise NotOfThatDayError
    with transaction.atomic():
        lock_stock(clinic_id)
        known = Vial.objects.filter(clinic_id=clinic_id, day=day, letter=letter).first()
        if known is not None:
            if known.lot_id == lot_id and known.opened_at == opened_at:
                return known
            raise LetterInUseError(known)
        lots = Lot.objects.filter(pk=lot_id, clinic_id=clinic_id).select_related("product")
        lot = with_stock(lots, now=opened_at).first()
        if lot is None:
            raise LotNotUsableError(LotStop.UNKNOWN)
        window = in_use_window(clinic_id=clinic_id, product_id=lot.product_id)
        if window is None:
            raise NoInUseWindowError
        thawing = first_thawing(lot.pk, now=opened_at)
        stock = stock_of(lot)
        left = stock.in_time if stock.lot.product.stored_frozen else stock.on_hand
        if left < 1 or (thawing is None and stock.frozen < 1):
            raise LotNotUsableError(LotStop.EMPTY)
        use_before = opened_at + timedelta(minutes=window.minutes)
        vial = Vial.objects.create(
            clinic_id=clinic_id,
            day=day,
            letter=letter,
            lot=lot,
            thawing=thawing,
            opened_at=opened_at,
            opened_by_id=int(by.id),
            use_before=min(use_before, thawing.use_before) if thawing else use_before,
        )
        record(action="vial.opened_late", by=by, now=now, object_id=vial.pk)
    return vial
