"""Lots, their ledgers and thawings, and what doctors sign, broken by hand."""

from datetime import timedelta
from typing import Any

from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World
from vaccinations.models import InUseWindow, Lot, LotEntry, StandingOrder, Thawing


def one(model: type[Any], **fields: Any) -> Any:
    row = model.objects.filter(**fields).first()
    assert row
    return row


@corrupts("window.length", past="in_use_window_1_to_480")
def endless_window(world: World) -> str:
    return change(one(InUseWindow), minutes=481)


@corrupts("order.signed", past="order_is_signed")
def order_without_a_number(world: World) -> str:
    return change(one(StandingOrder), hpr_number="")


@corrupts("order.signed", past="order_withdrawal_is_signed")
def withdrawn_by_nobody(world: World) -> str:
    return change(one(StandingOrder), withdrawn_at=NOW)


@corrupts("lot.state")
def unknown_lot(world: World) -> str:
    return change(world.day.lot, state="lost")


@corrupts("lot.state_told")
def released_by_nobody(world: World) -> str:
    return change(one(Lot, state="quarantined"), state="usable")


@corrupts("lot.state_told")
def quarantined_by_nobody(world: World) -> str:
    return change(world.day.lot, state="quarantined")


@corrupts("lot.not_overdrawn")
def more_opened_than_received(world: World) -> str:
    change(one(LotEntry, lot=world.day.lot, kind="delivery"), vials=3)
    return str(world.day.lot.pk)


@corrupts("lot.thawed")
def more_thawed_than_there_is(world: World) -> str:
    thawing = one(Thawing)
    change(thawing, vials=100)
    return str(thawing.lot_id)


@corrupts("lot.line", past="lot_entry_sign_fits_kind")
def a_loss_that_adds(world: World) -> str:
    return change(one(LotEntry, kind="loss"), vials=1)


@corrupts("lot.line", past="lot_entry_sign_fits_kind")
def a_release_that_moves_vials(world: World) -> str:
    return change(one(LotEntry, kind="quarantined"), vials=-1)


@corrupts("thawing.not_overdrawn")
def fewer_thawed_than_opened(world: World) -> str:
    thawing = one(Thawing, opened__isnull=False)
    used, lost = thawing.opened.count(), -sum(thawing.entries.values_list("vials", flat=True))
    assert used + lost >= 2
    return change(thawing, vials=1)


@corrupts("thawing.of_lot")
def opened_after_its_time(world: World) -> str:
    thawing = one(Thawing, opened__isnull=False)
    vial = thawing.opened.get()
    change(thawing, use_before=vial.opened_at, thawed_at=vial.opened_at - timedelta(days=1))
    return str(vial.pk)


@corrupts("thawing.of_lot")
def lost_of_another_lot(world: World) -> str:
    entry = one(LotEntry, thawing__isnull=False)
    return change(entry, lot=Lot.objects.exclude(pk=entry.lot_id).first())
