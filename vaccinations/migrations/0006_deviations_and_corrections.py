import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import encryption.fields


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0003_birth_date_hash"),
        ("vaccinations", "0005_reactions_and_registry_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeviationSeen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                ("comment", encryption.fields.EncryptedTextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="dose",
            name="replaces",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="vaccinations.dose",
            ),
        ),
        migrations.AlterField(
            model_name="dose",
            name="deviation",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddConstraint(
            model_name="dose",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces", None),
                    models.Q(("replaces", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="dose_replaces_another",
            ),
        ),
        migrations.AddField(
            model_name="deviationseen",
            name="dose",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deviation_seen",
                to="vaccinations.dose",
            ),
        ),
        migrations.AddField(
            model_name="deviationseen",
            name="seen_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
