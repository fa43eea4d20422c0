"""When an appointment was moved last: its calendar entry says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0015_promises_of_a_late_day")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="moved_at",
            field=models.DateTimeField(null=True),
        ),
    ]
