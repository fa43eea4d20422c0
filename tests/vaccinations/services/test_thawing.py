"""Out of the freezer, for a day, until a time."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from audit.models import AuditEntry
from tests.factories import DAY, at, make_lot, make_product, make_staff, make_thawing, make_vial
from vaccinations.domain.thawing import ThawFault
from vaccinations.models import Lot, Thawing
from vaccinations.selectors import stock_of, thawings_on_hand, usable_lots, with_stock
from vaccinations.services.stock import LotExpiredError, NotAPositiveNumberError, NotEnoughError
from vaccinations.services.thawing import LotStoppedError, NotStoredFrozenError, WrongThawingError
from vaccinations.services.vials import LotNotUsableError

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot() -> Lot:
    return make_lot(product=make_product(name="Frossen", stored_frozen=True), vials=10)


def to_open(lot: Lot, clock: str) -> int:
    found = usable_lots(lot.clinic_id, product_id=lot.product_id, now=at(clock))
    return sum(one.vials_left for one in found)


def test_a_frozen_vial_is_not_opened_until_it_is_thawed(lot: Lot) -> None:
    assert to_open(lot, "16.00") == 0
    with pytest.raises(LotNotUsableError):
        make_vial(lot=lot, now=at("16.00"))

    thawing = make_thawing(lot=lot, vials=2, now=at("14.00"))

    assert to_open(lot, "16.00") == 2
    vial = make_vial(lot=lot, now=at("16.00"))
    assert vial.thawing == thawing
    assert to_open(lot, "16.01") == 1
    assert AuditEntry.objects.get(action="lot.thawed").reason == "2"


def test_when_the_time_has_passed_it_is_not_opened_either(lot: Lot) -> None:
    make_thawing(lot=lot, vials=2, use_before=at("18.00"), now=at("14.00"))
    assert to_open(lot, "17.59") == 2
    assert to_open(lot, "18.00") == 0
    with pytest.raises(LotNotUsableError):
        make_vial(lot=lot, now=at("18.00"))


def test_the_thawing_that_ends_first_is_opened_first(lot: Lot) -> None:
    late = make_thawing(lot=lot, vials=2, use_before=at("20.00"), now=at("13.00"))
    early = make_thawing(lot=lot, vials=1, use_before=at("18.00"), now=at("14.00"))
    assert [make_vial(lot=lot, now=at("15.00")).thawing for _ in range(3)] == [early, late, late]
    with pytest.raises(LotNotUsableError):
        make_vial(lot=lot, now=at("15.00"))


def test_an_opened_vial_lasts_no_longer_than_its_thawing(lot: Lot) -> None:
    make_thawing(lot=lot, vials=2, use_before=at("18.00"), now=at("14.00"))
    assert make_vial(lot=lot, now=at("15.00")).use_before == at("17.00")
    assert make_vial(lot=lot, now=at("17.00")).use_before == at("18.00")


def test_thawed_vials_are_on_hand_until_opened_or_written_off(lot: Lot) -> None:
    make_thawing(lot=lot, vials=4, use_before=at("18.00"), now=at("14.00"))
    make_vial(lot=lot, now=at("15.00"))
    rows = with_stock(Lot.objects.select_related("product"), now=at("18.00"))
    stock = stock_of(rows.get(pk=lot.pk))
    assert (stock.on_hand, stock.frozen, stock.thawed, stock.in_time) == (9, 6, 3, 0)
    assert stock.thawed_too_long == 3
    assert [one.remaining for one in thawings_on_hand([lot.pk])] == [3]


def test_more_than_is_frozen_is_not_thawed(lot: Lot) -> None:
    make_thawing(lot=lot, vials=7)
    with pytest.raises(NotEnoughError) as refused:
        make_thawing(lot=lot, vials=4)
    assert refused.value.there == 3
    with pytest.raises(NotAPositiveNumberError):
        make_thawing(lot=lot, vials=0)
    make_thawing(lot=lot, vials=3)


def test_what_is_not_stored_frozen_or_is_stopped_or_expired_is_not_thawed(lot: Lot) -> None:
    with pytest.raises(NotStoredFrozenError):
        make_thawing(lot=make_lot())
    Lot.objects.filter(pk=lot.pk).update(state=Lot.State.QUARANTINED)
    with pytest.raises(LotStoppedError):
        make_thawing(lot=lot)
    Lot.objects.filter(pk=lot.pk).update(state=Lot.State.USABLE, expires_on=DAY - timedelta(days=1))
    with pytest.raises(LotExpiredError):
        make_thawing(lot=lot)
    assert not Thawing.objects.exists()


def test_times_that_do_not_fit_are_refused_by_name(lot: Lot) -> None:
    with pytest.raises(WrongThawingError) as refused:
        make_thawing(lot=lot, use_before=at("13.00"), now=at("14.00"))
    assert refused.value.faults == [ThawFault.ENDS_BEFORE_IT_BEGINS, ThawFault.ENDED_ALREADY]


def test_a_thawing_is_never_taken_back(lot: Lot) -> None:
    thawing = make_thawing(lot=lot, by=make_staff())
    with pytest.raises(ProgrammingError), transaction.atomic():
        Thawing.objects.filter(pk=thawing.pk).update(vials=1)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Thawing.objects.filter(pk=thawing.pk).delete()


def test_a_product_kept_in_the_refrigerator_is_opened_as_before() -> None:
    lot = make_lot(vials=2)
    assert to_open(lot, "16.00") == 2
    assert make_vial(lot=lot, now=at("16.00")).thawing is None
