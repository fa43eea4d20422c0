"""Opens and closes physical vials."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from vaccinations.domain.opening import LotNow, LotStop, stop_of
from vaccinations.domain.vial_balance import units_left
from vaccinations.locks import lock_stock
from vaccinations.models import Lot, Vial
from vaccinations.selectors import (
    first_thawing,
    in_use_window,
    next_letter,
    stock_of,
    with_stock,
)


class LotNotUsableError(Exception):
    """No vial of the lot may be opened; ``stop`` says why, ``known`` is the register's last day."""

    def __init__(self, stop: LotStop, known: date | None = None) -> None:
        super().__init__(stop.value)
        self.stop, self.known = stop, known


class NoInUseWindowError(Exception):
    """Nobody has set how long an opened vial may be used."""


class LetterTakenError(Exception):
    """Another vial got the letter first: a colleague's, or the same one by a second click."""


class VialClosedError(Exception):
    """The vial is unknown here or closed already."""


def open_vial(
    *,
    clinic_id: int,
    lot_id: int,
    day: date,
    by: Actor,
    now: datetime,
    letter: str = "",
    printed_on: date | None = None,
    product_id: int | None = None,
) -> Vial:
    """Open a vial for a clinic day; its window starts now, by the server's clock.

    ``letter`` is the one the nurse was told to write on it; without, it is the day's next.
    ``printed_on`` is the last day that the vial's own code tells; ``product_id`` is what is given
    that day.
    Of thawed vials, it is one of those whose time ends first; what may not be opened after a
    time may not be used after it either.
    The clinic's row lock keeps two nurses from opening a lot's last vial or sharing a letter.
    Raises LotNotUsableError, NoInUseWindowError, LetterTakenError.
    """
    with transaction.atomic():
        lock_stock(clinic_id)
        lot = _lot_to_open(lot_id, clinic_id, product_id, printed_on=printed_on, now=now)
        window = in_use_window(clinic_id=clinic_id, product_id=lot.product_id)
        if window is None:
            raise NoInUseWindowError
        use_before = now + timedelta(minutes=window.minutes)
        thawing = first_thawing(lot.pk, now=now)
        if thawing is not None:
            use_before = min(use_before, thawing.use_before)
        due = next_letter(clinic_id, day)
        if letter and letter != due:
            raise LetterTakenError
        vial = Vial.objects.create(
            clinic_id=clinic_id,
            day=day,
            letter=due,
            lot=lot,
            thawing=thawing,
            opened_at=now,
            opened_by_id=int(by.id),
            use_before=use_before,
        )
        record(action="vial.opened", by=by, now=now, object_id=vial.pk)
    return vial


def _lot_to_open(
    lot_id: int, clinic_id: int, product_id: int | None, *, printed_on: date | None, now: datetime
) -> Lot:
    lots = Lot.objects.filter(pk=lot_id, clinic_id=clinic_id).select_related("product")
    counted = with_stock(lots, now=now).first()
    if counted is None:
        raise LotNotUsableError(LotStop.UNKNOWN)
    stock = stock_of(counted)
    lot = stock.lot
    if product_id is not None and lot.product_id != product_id:
        raise LotNotUsableError(LotStop.OTHER_PRODUCT)
    stop = stop_of(
        LotNow(
            state=lot.state,
            today=oslo_date(now),
            expires_on=lot.expires_on,
            printed_on=printed_on,
            on_hand=stock.on_hand,
            thawed=stock.thawed,
            to_open=stock.to_open,
        )
    )
    if stop is not None:
        raise LotNotUsableError(stop, lot.expires_on)
    return lot


def lock_vial(vial_id: UUID, clinic_id: int) -> tuple[Vial, int]:
    """Lock an open vial of a clinic; return it with the tenths of a millilitre it still holds.

    Raises VialClosedError.
    """
    vial = (
        Vial.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lot")
        .filter(pk=vial_id, clinic_id=clinic_id, closed_at=None)
        .first()
    )
    if vial is None:
        raise VialClosedError
    given = vial.doses.filter(voided_at=None).values_list("volume_ml", flat=True)
    return vial, units_left(given, discarded=vial.discarded, not_obtainable=vial.not_obtainable)


def close_as_empty(*, vial_id: UUID, clinic_id: int, by: Actor, now: datetime) -> Vial:
    """Close a vial from which no full dose can be drawn any more.

    What should have been in it counts as not obtainable. Raises VialClosedError.
    """
    with transaction.atomic():
        vial, left = lock_vial(vial_id, clinic_id)
        vial.not_obtainable += left
        vial.closed_at = now
        vial.save(update_fields=["not_obtainable", "closed_at"])
        record(action="vial.emptied", by=by, now=now, object_id=vial.pk)
    return vial


def discard(*, vial_id: UUID, clinic_id: int, reason: str, by: Actor, now: datetime) -> Vial:
    """Throw away what is left in a vial, with the reason. Raises VialClosedError."""
    with transaction.atomic():
        vial, left = lock_vial(vial_id, clinic_id)
        if left:
            vial.discarded += left
            vial.discard_reason = Vial.DiscardReason(reason)
        vial.closed_at = now
        vial.save(update_fields=["discarded", "discard_reason", "closed_at"])
        record(action="vial.discarded", by=by, now=now, object_id=vial.pk, reason=reason)
    return vial
