import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import encryption.fields


class Migration(migrations.Migration):
    dependencies = [
        ("clinics", "0001_initial"),
        ("eligibility", "0002_rule_set_in_force"),
        ("patients", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewCase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pepv", "etter smitte"),
                            ("review", "svar hjemmefra"),
                            ("visit", "fra et besøk"),
                        ],
                        max_length=6,
                        verbose_name="slag",
                    ),
                ),
                ("sent", encryption.fields.EncryptedJSONField(null=True)),
                ("note", encryption.fields.EncryptedTextField(null=True)),
                ("exposed_on", encryption.fields.EncryptedDateField(null=True)),
                ("window", models.CharField(blank=True, max_length=6)),
                ("prevents_until", models.DateField(null=True, verbose_name="dag 4")),
                ("deadline", models.DateField(null=True, verbose_name="siste dag")),
                ("high_risk", models.BooleanField(default=False, verbose_name="høy risiko")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "venter"),
                            ("claimed", "under arbeid"),
                            ("asked_to_call", "bedt om å ringe"),
                            ("approved", "godkjent"),
                            ("refused", "ikke godkjent"),
                            ("withdrawn", "trukket tilbake"),
                            ("closed", "avsluttet uten avgjørelse"),
                        ],
                        default="open",
                        max_length=13,
                        verbose_name="tilstand",
                    ),
                ),
                ("claimed_at", models.DateTimeField(null=True, verbose_name="tatt")),
                (
                    "hpr_number",
                    models.CharField(blank=True, max_length=9, verbose_name="HPR-nummer"),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="avgjort")),
                ("reason", encryption.fields.EncryptedTextField(blank=True)),
                ("reason_shown", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField(verbose_name="sendt inn")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="avsluttet")),
            ],
            options={
                "verbose_name": "sak til vurdering",
                "verbose_name_plural": "saker til vurdering",
            },
        ),
        migrations.CreateModel(
            name="ReviewCaseEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("open", "sendt inn"),
                            ("claim", "tatt"),
                            ("release", "lagt tilbake"),
                            ("take_over", "overtatt"),
                            ("ask_to_call", "bedt om å ringe"),
                            ("hand_over", "sendt til et annet sted"),
                            ("approve", "godkjent"),
                            ("refuse", "ikke godkjent"),
                            ("withdraw", "trukket tilbake"),
                            ("close", "avsluttet uten avgjørelse"),
                        ],
                        max_length=11,
                    ),
                ),
                ("note", encryption.fields.EncryptedTextField(blank=True)),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="approved_route",
            field=models.CharField(blank=True, db_default="", max_length=12),
        ),
        migrations.AddField(
            model_name="decision",
            name="interval_override_days",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("interval_override_days", None),
                    models.Q(
                        ("interval_override_days__gte", 7), ("interval_override_days__lte", 365)
                    ),
                    _connector="OR",
                ),
                name="decision_interval_7_to_365",
            ),
        ),
        migrations.AddField(
            model_name="reviewcase",
            name="claimed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="tatt av",
            ),
        ),
        migrations.AddField(
            model_name="reviewcase",
            name="clinic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clinics.clinic",
                verbose_name="sted",
            ),
        ),
        migrations.AddField(
            model_name="reviewcase",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="avgjort av",
            ),
        ),
        migrations.AddField(
            model_name="reviewcase",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="eligibility.decision",
            ),
        ),
        migrations.AddField(
            model_name="reviewcase",
            name="outcome",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answered_case",
                to="eligibility.decision",
            ),
        ),
        migrations.AddField(
            model_name="reviewcase",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="review_cases",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="reviewcaseevent",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewcaseevent",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="eligibility.reviewcase",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewcase",
            index=models.Index(
                condition=models.Q(("state__in", ["asked_to_call", "claimed", "open"])),
                fields=["clinic"],
                name="case_waiting_by_clinic",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewcase",
            index=models.Index(fields=["clinic", "-closed_at"], name="case_closed_by_clinic"),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked_to_call", "claimed", "open"])),
                fields=("patient",),
                name="case_one_waiting_per_patient",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "approved",
                            "asked_to_call",
                            "claimed",
                            "closed",
                            "open",
                            "refused",
                            "withdrawn",
                        ],
                    )
                ),
                name="case_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["pepv", "review", "visit"])),
                name="case_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("window__in", ["", "0-4", "5-14", "passed"])),
                name="case_known_window",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claimed_at", None), ("claimed_by", None)),
                    models.Q(("claimed_at__isnull", False), ("claimed_by__isnull", False)),
                    _connector="OR",
                ),
                name="case_claimed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claimed_by__isnull", False), ("state", "open"), _negated=True),
                    models.Q(
                        ("claimed_by", None),
                        ("state__in", ["asked_to_call", "claimed"]),
                        _negated=True,
                    ),
                ),
                name="case_claimed_iff_taken",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("outcome__isnull", False),
                        ("state__in", ["approved", "refused"]),
                        models.Q(("hpr_number", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state__in", ["approved", "refused"]), _negated=True),
                        ("decided_at", None),
                        ("decided_by", None),
                        ("hpr_number", ""),
                        ("outcome", None),
                    ),
                    _connector="OR",
                ),
                name="case_signed_iff_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["approved", "closed", "refused", "withdrawn"]),
                    ("closed_at", None),
                    _connector="XOR",
                ),
                name="case_closed_iff_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["asked_to_call", "claimed", "open"]),
                    models.Q(("note__isnull", True), ("sent__isnull", True)),
                    _connector="OR",
                ),
                name="case_nothing_sent_once_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("deadline", None), ("exposed_on__isnull", True), ("prevents_until", None)
                    ),
                    models.Q(
                        ("deadline__isnull", False),
                        ("exposed_on__isnull", False),
                        ("prevents_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="case_days_of_an_exposure",
            ),
        ),
    ]
