"""Takes vials out of the freezer."""

from datetime import date, datetime

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from vaccinations.domain.lot_state import LotState
from vaccinations.domain.thawing import PlannedThawing, ThawFault, thaw_faults
from vaccinations.models import Thawing
from vaccinations.services.stock import (
    LotExpiredError,
    NotAPositiveNumberError,
    NotEnoughError,
    locked_stock,
)


class NotStoredFrozenError(Exception):
    """The product is not stored frozen, so nothing of it is thawed."""


class LotStoppedError(Exception):
    """The lot is in quarantine or recalled."""


class WrongThawingError(Exception):
    """The times do not fit each other; ``faults`` says how."""

    def __init__(self, faults: list[ThawFault]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def thaw(
    *,
    lot_id: int,
    clinic_id: int,
    vials: int,
    thawed_at: datetime,
    use_before: datetime,
    for_day: date,
    by: Actor,
    now: datetime,
) -> Thawing:
    """Record vials taken out of the freezer for a day; they never go back.

    ``use_before`` is entered from the product's documentation.
    Raises NotAPositiveNumberError, NotStoredFrozenError, LotStoppedError, LotExpiredError,
    NotEnoughError, WrongThawingError.
    """
    if vials < 1:
        raise NotAPositiveNumberError(vials)
    with transaction.atomic():
        stock = locked_stock(lot_id, clinic_id, now=now)
        lot = stock.lot
        if not lot.product.stored_frozen:
            raise NotStoredFrozenError
        if lot.state != LotState.USABLE:
            raise LotStoppedError
        if lot.expires_on < oslo_date(now):
            raise LotExpiredError(lot.expires_on)
        faults = thaw_faults(
            PlannedThawing(
                now=now,
                today=oslo_date(now),
                thawed_at=thawed_at,
                use_before=use_before,
                use_before_day=oslo_date(use_before),
                for_day=for_day,
                lot_expires_on=lot.expires_on,
            )
        )
        if faults:
            raise WrongThawingError(faults)
        if vials > stock.frozen:
            raise NotEnoughError(stock.frozen)
        thawing = Thawing.objects.create(
            lot=lot,
            vials=vials,
            thawed_at=thawed_at,
            use_before=use_before,
            for_day=for_day,
            by_id=int(by.id),
        )
        record(action="lot.thawed", by=by, now=now, object_id=lot_id, reason=str(vials))
    return thawing
