"""The later time that a person was told on a late day is remembered on their appointment."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("appointments", "0014_arrivals_assumed")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="told_time",
            field=models.DateTimeField(null=True, verbose_name="varslet tid"),
        ),
        migrations.AddField(
            model_name="appointment",
            name="told_time_of",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=Q(told_time=None, told_time_of=None)
                | Q(
                    told_time__isnull=False,
                    told_time_of__isnull=False,
                    told_time__gt=F("told_time_of"),
                ),
                name="appointment_told_a_later_time",
            ),
        ),
    ]
