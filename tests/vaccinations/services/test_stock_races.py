"""Two at the stock at once, on real PostgreSQL; and without the lock, to show that it is a race."""

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

import pytest
from django.db import connections

from audit.domain import Actor
from clinics.domain.roles import Role
from tests.factories import (
    actor_of,
    at,
    make_doctor,
    make_lot,
    make_product,
    make_staff,
    sign_what_is_missing,
)
from vaccinations.models import Lot
from vaccinations.selectors import Stock, stock_of, with_stock
from vaccinations.services import lot_moves, stock, thawing
from vaccinations.services.lot_moves import LotChangedMeanwhileError, quarantine, release
from vaccinations.services.stock import NotEnoughError, receive, write_off
from vaccinations.services.thawing import thaw
from vaccinations.services.vials import LotNotUsableError, open_vial

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("15.00")


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run acts at the same moment, each on a connection of its own; name what came of each."""
    ready, results = Barrier(len(acts)), list[str]()

    def run(act: Callable[[], object]) -> None:
        try:
            ready.wait(timeout=10)
            results.append(type(act()).__name__)
        except Exception as error:  # noqa: BLE001
            results.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(results)


@pytest.fixture
def frozen() -> Lot:
    return make_lot(product=make_product(name="Frossen", stored_frozen=True), vials=6)


@pytest.fixture
def by(frozen: Lot) -> Actor:
    return actor_of(make_staff(Role.LEAD, clinic=frozen.clinic), frozen.clinic, Role.LEAD)


@pytest.fixture
def both_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the lock away, and let each who has counted wait for the other to count too."""
    both = Barrier(2)
    look = stock.locked_stock

    def look_and_linger(*args: Any, **kwargs: Any) -> Stock:
        seen = look(*args, **kwargs)
        with suppress(BrokenBarrierError):
            both.wait(timeout=5)
        return seen

    monkeypatch.setattr(stock, "lock_stock", lambda _clinic_id: None)
    monkeypatch.setattr(stock, "locked_stock", look_and_linger)
    monkeypatch.setattr(thawing, "locked_stock", look_and_linger)


def now_of(lot: Lot) -> Stock:
    rows = with_stock(Lot.objects.select_related("product"), now=NOW)
    return stock_of(rows.get(pk=lot.pk))


def thawing_of(lot: Lot, vials: int, by: Actor) -> Callable[[], object]:
    return lambda: thaw(
        lot_id=lot.pk,
        clinic_id=lot.clinic_id,
        vials=vials,
        thawed_at=NOW,
        use_before=at("23.00"),
        for_day=NOW.date(),
        by=by,
        now=NOW,
    )


def losing(lot: Lot, vials: int, by: Actor) -> Callable[[], object]:
    return lambda: write_off(
        lot_id=lot.pk, clinic_id=lot.clinic_id, vials=vials, note="Knust", by=by, now=NOW
    )


@pytest.mark.parametrize("_attempt", range(3))
def test_given_six_frozen_when_two_thaw_four_each_then_one_may(
    frozen: Lot, by: Actor, _attempt: int
) -> None:
    results = at_once(thawing_of(frozen, 4, by), thawing_of(frozen, 4, by))

    assert results == ["NotEnoughError", "Thawing"]
    assert (now_of(frozen).thawed, now_of(frozen).frozen) == (4, 2)


@pytest.mark.usefixtures("both_look")
def test_control_without_the_lock_more_is_thawed_than_was_frozen(frozen: Lot, by: Actor) -> None:
    assert at_once(thawing_of(frozen, 4, by), thawing_of(frozen, 4, by)) == ["Thawing", "Thawing"]
    assert now_of(frozen).frozen == -2, "the lock is what prevents it"


@pytest.mark.parametrize("_attempt", range(3))
def test_given_six_vials_when_two_write_off_four_each_then_one_may(
    frozen: Lot, by: Actor, _attempt: int
) -> None:
    results = at_once(losing(frozen, 4, by), losing(frozen, 4, by))

    assert results == ["LotEntry", NotEnoughError.__name__]
    assert now_of(frozen).on_hand == 2


@pytest.mark.usefixtures("both_look")
def test_control_without_the_lock_the_stock_goes_below_nothing(frozen: Lot, by: Actor) -> None:
    assert at_once(losing(frozen, 4, by), losing(frozen, 4, by)) == ["LotEntry", "LotEntry"]
    assert now_of(frozen).on_hand == -2, "the lock is what prevents it"


@pytest.mark.parametrize("_attempt", range(3))
def test_given_one_vial_when_it_is_opened_and_written_off_at_once_then_one_of_both_happens(
    _attempt: int,
) -> None:
    lot = make_lot(vials=1)
    sign_what_is_missing(lot.clinic, lot.product, on=NOW.date())
    nurse = actor_of(make_staff(clinic=lot.clinic), lot.clinic)

    results = at_once(
        losing(lot, 1, nurse),
        lambda: open_vial(
            clinic_id=lot.clinic_id, lot_id=lot.pk, day=NOW.date(), by=nurse, now=NOW
        ),
    )

    assert results in (
        ["LotEntry", LotNotUsableError.__name__],
        [NotEnoughError.__name__, "Vial"],
    )
    assert now_of(lot).on_hand == 0


def test_given_a_new_number_when_two_take_in_the_same_lot_then_it_is_one_lot(
    frozen: Lot, by: Actor
) -> None:
    def taking_in() -> Lot:
        return receive(
            clinic_id=frozen.clinic_id,
            product_id=frozen.product_id,
            number="NY1",
            expires_on=NOW.date(),
            vials=5,
            by=by,
            now=NOW,
        )

    assert at_once(taking_in, taking_in) == ["Lot", "Lot"]
    assert now_of(Lot.objects.get(number="NY1")).on_hand == 10


def test_given_a_lot_in_quarantine_when_two_doctors_let_it_go_then_it_is_let_go_once(
    frozen: Lot,
) -> None:
    Lot.objects.filter(pk=frozen.pk).update(state=Lot.State.QUARANTINED)
    doctors = [actor_of(make_doctor(clinic=frozen.clinic), frozen.clinic) for _ in range(2)]

    results = at_once(*(letting_go(frozen, doctor) for doctor in doctors))

    assert results == ["Lot", "LotMoveNotAllowedError"]
    assert frozen.entries.filter(kind="released").count() == 1


def test_given_a_recall_in_between_when_a_doctor_lets_the_lot_go_then_it_stays_recalled(
    frozen: Lot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever recalls need not queue on the clinic's stock: compare-and-set is what decides."""
    Lot.objects.filter(pk=frozen.pk).update(state=Lot.State.QUARANTINED)
    doctor = actor_of(make_doctor(clinic=frozen.clinic), frozen.clinic)
    look_up = lot_moves.lot_target

    def recalled_meanwhile(*args: Any) -> Any:
        Lot.objects.filter(pk=frozen.pk).update(state=Lot.State.RECALLED)
        return look_up(*args)

    monkeypatch.setattr(lot_moves, "lot_target", recalled_meanwhile)

    with pytest.raises(LotChangedMeanwhileError):
        letting_go(frozen, doctor)()
    assert not frozen.entries.filter(kind="released").exists()


def letting_go(lot: Lot, by: Actor) -> Callable[[], object]:
    return lambda: release(lot_id=lot.pk, clinic_id=lot.clinic_id, note="Vurdert", by=by, now=NOW)


def test_given_one_in_quarantine_already_when_another_stops_it_then_the_second_hears_of_it(
    frozen: Lot, by: Actor
) -> None:
    def stopping() -> object:
        return quarantine(
            lot_id=frozen.pk, clinic_id=frozen.clinic_id, note="Uklart", by=by, now=NOW
        )

    assert at_once(stopping, stopping) == ["Lot", "LotMoveNotAllowedError"]
