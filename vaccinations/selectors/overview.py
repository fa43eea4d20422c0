"""A clinic's stock at a glance."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from vaccinations.models import Lot, Product
from vaccinations.selectors.stock import Stock, stock_of, thawings_on_hand, with_stock


@dataclass(frozen=True)
class Overview:
    """The unopened vials of a product at a clinic.

    ``stopped`` are in quarantine, recalled or expired and not among the others. ``thawings`` have
    vials left, those that end first on top; ``too_late`` are those whose time has passed.
    """

    clinic: Clinic
    product: Product
    frozen: int
    thawed: int
    stopped: int
    thawings: tuple[Any, ...]
    too_late: tuple[Any, ...]

    @property
    def on_hand(self) -> int:
        """How many may be used: thawed and not."""
        return self.frozen + self.thawed


def overviews(lots: QuerySet[Lot], *, now: datetime) -> list[Overview]:
    """Return the stock of the given lots by clinic and product; two queries."""
    wanted = with_stock(lots.select_related("clinic", "product"), now=now).filter(on_hand__gt=0)
    stocks = [stock_of(lot) for lot in wanted.order_by("clinic__name", "product__name")]
    thawings = thawings_on_hand([stock.lot.pk for stock in stocks])
    groups: dict[tuple[int, int], list[Stock]] = {}
    for stock in stocks:
        groups.setdefault((stock.lot.clinic_id, stock.lot.product_id), []).append(stock)
    return [_overview(group, thawings, now) for group in groups.values()]


def _overview(group: list[Stock], thawings: list[Any], now: datetime) -> Overview:
    good = [stock for stock in group if usable(stock.lot, now)]
    good_lots = {stock.lot.pk for stock in good}
    all_lots = {stock.lot.pk for stock in group}
    return Overview(
        clinic=group[0].lot.clinic,
        product=group[0].lot.product,
        frozen=sum(stock.frozen for stock in good),
        thawed=sum(stock.in_time for stock in good),
        stopped=sum(stock.on_hand for stock in group if stock not in good),
        thawings=tuple(one for one in thawings if one.lot_id in good_lots and one.use_before > now),
        too_late=tuple(one for one in thawings if one.lot_id in all_lots and one.use_before <= now),
    )


def usable(lot: Lot, now: datetime) -> bool:
    """Tell whether vials of a lot may be used: neither stopped nor expired."""
    return lot.state == Lot.State.USABLE and lot.expires_on >= oslo_date(now)
