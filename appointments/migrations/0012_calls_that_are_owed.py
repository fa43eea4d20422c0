"""Those whom the clinic owes a call are marked: until now that followed from the outcome alone."""

from typing import Any

from django.db import migrations


def mark(apps: Any, schema_editor: Any) -> None:
    """Mark the visits that were on the call list so far."""
    appointments = apps.get_model("appointments", "Appointment").objects
    appointments.using(schema_editor.connection.alias).filter(
        status="turned_away", decision__outcome__in=["defer", "eligible"]
    ).update(call_back=True)


class Migration(migrations.Migration):
    dependencies = [("appointments", "0011_how_visits_end_and_days_run_late")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
