"""Compares the stock with what is promised of it. Who promises registers when Django starts."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from clinics.domain.calendar import oslo_date
from vaccinations.domain.shortage import LotLeft, missing
from vaccinations.models import Lot
from vaccinations.selectors import stock_of, with_stock


@dataclass(frozen=True)
class Promise:
    """Vials of a product that a coming day needs or has set aside. ``page`` is where it is planned.

    ``needed`` suffices for those booked, with 95 % certainty; ``allotted`` is what it may promise.
    """

    clinic_id: int
    product_id: int
    day: date
    needed: int
    allotted: int
    page: str


@dataclass(frozen=True)
class Shortage:
    """A coming day for which ``vials`` are lacking."""

    promise: Promise
    vials: int


Promises = Callable[[Collection[int], datetime], list[Promise]]
_sources: list[Promises] = []


def register_promises(source: Promises) -> None:
    """Add one who promises vials of the stock; asked for many clinics at once."""
    if source not in _sources:
        _sources.append(source)


def shortages(
    clinic_ids: Collection[int],
    *,
    now: datetime,
    of_allotted: bool = False,
    without_lot: int | None = None,
) -> list[Shortage]:
    """List the coming days that the stock of clinics does not cover, the first on top.

    Lots count that are neither stopped nor expired that day, thawed too long, or opened. With
    ``of_allotted`` it is asked about all that is set aside, whether anybody has booked it or not;
    ``without_lot`` is one that is about to be stopped.
    """
    promises = [one for source in _sources for one in source(clinic_ids, now)]
    if not promises:
        return []
    lots = _lots(clinic_ids, now, without_lot)
    groups: dict[tuple[int, int], list[Promise]] = defaultdict(list)
    for one in promises:
        groups[one.clinic_id, one.product_id].append(one)
    found = []
    for key, mine in groups.items():
        needs = [(one.day, one.allotted if of_allotted else one.needed) for one in mine]
        for one, lacking in zip(mine, missing(needs, lots[key]), strict=True):
            if lacking:
                found.append(Shortage(one, lacking))
    return sorted(found, key=lambda one: (one.promise.day, one.promise.page))


def _lots(
    clinic_ids: Collection[int], now: datetime, without_lot: int | None
) -> dict[tuple[int, int], list[LotLeft]]:
    usable = Lot.objects.filter(
        clinic_id__in=clinic_ids, state=Lot.State.USABLE, expires_on__gte=oslo_date(now)
    ).select_related("product")
    if without_lot is not None:
        usable = usable.exclude(pk=without_lot)
    left: dict[tuple[int, int], list[LotLeft]] = defaultdict(list)
    for lot in with_stock(usable, now=now):
        stock = stock_of(lot)
        vials = stock.on_hand - stock.thawed_too_long
        left[lot.clinic_id, lot.product_id].append(LotLeft(lot.expires_on, vials))
    return left
