from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("eligibility", "0004_group_interest"),
    ]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="source",
            field=models.CharField(
                choices=[
                    ("self", "Self"),
                    ("phone", "Phone"),
                    ("rescreen", "Rescreen"),
                    ("clinician", "Clinician"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", "phone"), _negated=True),
                    ("decided_by__isnull", False),
                    _connector="OR",
                ),
                name="decision_by_phone_names_who_asked",
            ),
        ),
    ]
