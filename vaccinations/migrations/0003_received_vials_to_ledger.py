"""What was received stands as a delivery in the ledger; taken back, the ledger's sum is received."""

from typing import Any

from django.db import migrations
from django.db.models import Min, Sum
from django.utils import timezone

NOTE = "Overført da lageret fikk linjer."


def to_ledger(apps: Any, schema_editor: Any) -> None:
    """Write a delivery for each lot that received something, dated before its first vial."""
    lot, entry = apps.get_model("vaccinations", "Lot"), apps.get_model("vaccinations", "LotEntry")
    alias, now = schema_editor.connection.alias, timezone.now()
    lots = lot.objects.using(alias).filter(vials_received__gt=0, entries=None)
    entry.objects.using(alias).bulk_create(
        entry(
            lot_id=one.pk,
            kind="delivery",
            vials=one.vials_received,
            at=min(one.first_opened or now, now),
            note=NOTE,
        )
        for one in lots.annotate(first_opened=Min("vials__opened_at"))
    )


def from_ledger(apps: Any, schema_editor: Any) -> None:
    """Sum up the ledger: what is on hand stays the same, opened vials are counted as before."""
    lot, entry = apps.get_model("vaccinations", "Lot"), apps.get_model("vaccinations", "LotEntry")
    alias = schema_editor.connection.alias
    for one in lot.objects.using(alias).annotate(total=Sum("entries__vials")):
        one.vials_received = max(0, one.total or 0)
        one.save(update_fields=["vials_received"])
    entry.objects.using(alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("vaccinations", "0002_stock_ledger")]

    operations = [migrations.RunPython(to_ledger, from_ledger)]
