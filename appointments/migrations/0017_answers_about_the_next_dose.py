"""What people answer when they are reminded of dose 2 is kept until staff have looked at it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0016_moved_at"),
        ("clinics", "0001_initial"),
        ("patients", "0005_person_merge_and_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NextAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "said",
                    models.CharField(
                        choices=[
                            ("elsewhere", "har fått den et annet sted"),
                            ("mpox", "har hatt sykdommen, påvist med prøve"),
                        ],
                        max_length=9,
                        verbose_name="hva",
                    ),
                ),
                ("said_at", models.DateTimeField(verbose_name="sagt")),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("holds", "det stemmer"),
                            ("holds_not", "dose 2 er fortsatt aktuell"),
                            ("taken_back", "trukket tilbake av personen"),
                        ],
                        max_length=10,
                        verbose_name="avsluttet slik",
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="avsluttet")),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinics.clinic",
                        verbose_name="sted",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next_answers",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "verbose_name": "svar om neste dose",
                "verbose_name_plural": "svar om neste dose",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("patient",),
                        name="next_answer_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("said__in", ["elsewhere", "mpox"])),
                        name="next_answer_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end", ""), ("ended_at", None), ("ended_by", None)),
                            models.Q(
                                ("end", "taken_back"),
                                ("ended_at__isnull", False),
                                ("ended_by", None),
                            ),
                            models.Q(
                                ("end__in", ["holds", "holds_not"]),
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="next_answer_end_is_whole",
                    ),
                ],
            },
        ),
    ]
