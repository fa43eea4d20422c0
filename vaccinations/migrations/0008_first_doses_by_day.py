"""First doses are found by their day: whose second one is due."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("vaccinations", "0007_vial_undone_and_recalls")]

    operations = [
        migrations.AddIndex(
            model_name="dose",
            index=models.Index(
                fields=["given_at", "id"],
                condition=Q(voided_at=None, dose_number=1),
                name="dose_first_by_day",
            ),
        ),
    ]
