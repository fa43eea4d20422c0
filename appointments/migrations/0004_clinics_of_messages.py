from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_the_clinics(apps, schema_editor):
    """Tell messages written before they carried a clinic which one they belong to."""
    alias = schema_editor.connection.alias  # the tables' owner migrates
    appointments = apps.get_model("appointments", "Appointment").objects.using(alias)
    messages = apps.get_model("notifications", "Message").objects.using(alias)
    clinic = appointments.filter(pk=OuterRef("subject_id")).values("slot__session__clinic_id")
    messages.filter(clinic=None).update(clinic_id=Subquery(clinic[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0003_session_series_and_words"),
        ("notifications", "0002_rounds_and_clinic"),
    ]

    operations = [migrations.RunPython(name_the_clinics, migrations.RunPython.noop, elidable=True)]
