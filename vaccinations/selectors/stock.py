"""What is in stock, always counted from the rows: the ledger, the thawings, the opened vials."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from clinics.domain.calendar import oslo_date
from vaccinations.models import Lot, LotEntry, Thawing, Vial


@dataclass(frozen=True)
class Stock:
    """A lot's unopened vials. ``on_hand`` is all of them; ``thawed`` and ``frozen`` are its parts.

    ``in_time`` are the thawed ones whose time has not passed. In a product that is not stored
    frozen nothing is thawed, and ``frozen`` is what stands in the refrigerator.
    """

    lot: Lot
    on_hand: int
    opened: int
    thawed: int
    in_time: int

    @property
    def frozen(self) -> int:
        """How many have not been thawed."""
        return self.on_hand - self.thawed

    @property
    def thawed_too_long(self) -> int:
        """How many were thawed and not used in time: they are to be written off."""
        return self.thawed - self.in_time

    @property
    def to_open(self) -> int:
        """How many may be opened now, as far as their number goes."""
        return self.in_time + (0 if self.lot.product.stored_frozen else self.frozen)


@dataclass(frozen=True)
class LotOnHand:
    """A lot that may be used and how many unopened vials of it are left."""

    lot: Lot
    vials_left: int


def with_stock(lots: QuerySet[Lot], *, now: datetime) -> QuerySet[Any]:
    """Count each lot's vials, in the same query: ``on_hand``, ``opened``, ``thawed``, ``in_time``.

    ``stock_of`` reads them off a row.
    """
    return lots.annotate(
        received=_total(LotEntry.objects.all(), "lot", Sum("vials")),
        opened=_total(Vial.objects.all(), "lot", Count("pk")),
        thawed=_thawed(Thawing.objects.all()),
        in_time=_thawed(Thawing.objects.filter(use_before__gt=now)),
    ).annotate(on_hand=F("received") - F("opened"))


def stock_of(lot: Any) -> Stock:
    """Return the stock of a lot that ``with_stock`` has counted."""
    return Stock(
        lot=lot, on_hand=lot.on_hand, opened=lot.opened, thawed=lot.thawed, in_time=lot.in_time
    )


def with_remaining(thawings: QuerySet[Thawing]) -> QuerySet[Any]:
    """Count how many vials of each thawing are neither opened nor written off: ``remaining``."""
    return thawings.annotate(
        used=_total(Vial.objects.all(), "thawing", Count("pk")),
        lost=_total(LotEntry.objects.all(), "thawing", Sum("vials")),
    ).annotate(remaining=F("vials") - F("used") + F("lost"))


def usable_lots(clinic_id: int, *, product_id: int, now: datetime) -> list[LotOnHand]:
    """List the lots a vial may be opened from now, first to expire on top; one query.

    Expired, quarantined, recalled and empty lots are not among them; of a product that is stored
    frozen, neither are those with nothing thawed in time.
    """
    lots = Lot.objects.filter(
        clinic_id=clinic_id,
        product_id=product_id,
        state=Lot.State.USABLE,
        expires_on__gte=oslo_date(now),
    ).select_related("product")
    found = [stock_of(lot) for lot in with_stock(lots, now=now).order_by("expires_on", "number")]
    return [LotOnHand(lot=one.lot, vials_left=one.to_open) for one in found if one.to_open > 0]


def lot_named(number: str, *, clinic_id: int, product_id: int) -> int | None:
    """Return the lot with a number at a clinic, of the product rather than of another; or None."""
    lots = Lot.objects.filter(clinic_id=clinic_id, number=number).values_list("product_id", "pk")
    found = dict(lots)
    return found.get(product_id, next(iter(found.values()), None))


def first_thawing(lot_id: int, *, now: datetime) -> Thawing | None:
    """Return the thawing of a lot that ends first and still has a vial to open in time."""
    thawings = Thawing.objects.filter(lot_id=lot_id, use_before__gt=now)
    found: Thawing | None = (
        with_remaining(thawings).filter(remaining__gt=0).order_by("use_before", "pk").first()
    )
    return found


def thawings_on_hand(lot_ids: list[int]) -> list[Any]:
    """List the thawings that have vials left, with ``remaining``, the one that ends first on top.

    Those whose time has passed are among them: their vials are still to be written off.
    """
    thawings = Thawing.objects.filter(lot_id__in=lot_ids).select_related("lot__product")
    return list(with_remaining(thawings).filter(remaining__gt=0).order_by("use_before", "pk"))


def _thawed(thawings: QuerySet[Thawing]) -> Any:
    """Count the vials of thawings that are neither opened nor written off, by lot."""
    chosen = thawings.order_by().values("pk")
    return (
        _total(thawings, "lot", Sum("vials"))
        - _total(Vial.objects.filter(thawing__in=chosen), "lot", Count("pk"))
        + _total(LotEntry.objects.filter(thawing__in=chosen), "lot", Sum("vials"))
    )


def _total(rows: QuerySet[Any], owner: str, number: Any) -> Any:
    """Count or add up the rows that point at the outer query's row; 0 where there are none."""
    mine = rows.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return Coalesce(
        Subquery(mine.annotate(number=number).values("number"), output_field=IntegerField()), 0
    )
