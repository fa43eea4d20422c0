"""What was received before there was a ledger stands in it, and can be taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tests.factories import OPENING, actor_of, make_lot, make_staff, make_vial
from vaccinations.models import Lot, LotEntry
from vaccinations.selectors import stock_of, with_stock
from vaccinations.services.stock import write_off

BEFORE, AFTER = "0001_initial", "0004_drop_vials_received"


def migrate_to(name: str) -> Any:
    """Migrate the vaccine's tables as the owner; return the models of then."""
    call_command("migrate", "vaccinations", name, verbosity=0)
    executor = MigrationExecutor(connections["owner"])
    return executor.loader.project_state([("vaccinations", name)]).apps


def on_hand(lot_id: int) -> int:
    lots = with_stock(Lot.objects.filter(pk=lot_id).select_related("product"), now=OPENING)
    return stock_of(lots.get()).on_hand


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_what_was_received_is_a_delivery_and_back_again() -> None:
    lot, empty = make_lot(vials=20), make_lot(number="TOM", vials=0)
    vial = make_vial(lot=lot, now=OPENING - timedelta(days=400))
    write_off(
        lot_id=lot.pk,
        clinic_id=lot.clinic_id,
        vials=3,
        note="Knust",
        by=actor_of(make_staff(clinic=lot.clinic), lot.clinic),
        now=OPENING,
    )
    try:
        old = migrate_to(BEFORE).get_model("vaccinations", "Lot")
        received = dict(old.objects.values_list("pk", "vials_received"))
        assert received == {lot.pk: 17, empty.pk: 0}, "16 on hand and one opened"
        old.objects.filter(pk=empty.pk).update(vials_received=5)
    finally:
        migrate_to(AFTER)
        call_command("migrate", verbosity=0)

    assert (on_hand(lot.pk), on_hand(empty.pk)) == (16, 5)
    entry = LotEntry.objects.get(lot=lot)
    assert (entry.kind, entry.vials, entry.by) == ("delivery", 17, None)
    assert entry.at == vial.opened_at, "no later than the first vial"
    assert LotEntry.objects.get(lot=empty).at > OPENING - timedelta(days=3650)
