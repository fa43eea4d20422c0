from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0013_day_closing_and_fees"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="arrival_assumed",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="møtt etter dosen"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["arrived", "vaccinated"]),
                    ("arrival_assumed", False),
                    _connector="OR",
                ),
                name="appointment_arrival_assumed_by_dose",
            ),
        ),
    ]
