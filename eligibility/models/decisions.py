import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from eligibility.domain.cases import LONGEST_INTERVAL, SHORTEST_INTERVAL
from encryption.fields import EncryptedJSONField, EncryptedTextField
from patients.models import Patient


class Decision(models.Model):
    """What a rule set (or a clinician) decided for a patient. A new one supersedes it.

    It is never changed but for one thing: group, setting and flags are dropped in the end.
    Reasons are kept without R1-R4, and the answers behind them are not kept at all.
    """

    class Source(models.TextChoices):
        SELF = "self"
        # Answered to the member of staff who stands as decided_by: the rules decided, not they.
        PHONE = "phone"
        RESCREEN = "rescreen"
        CLINICIAN = "clinician"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="decisions")
    source = models.CharField(max_length=9, choices=Source.choices)
    rule_set = models.CharField(max_length=30)
    assessed_on = models.DateField()
    outcome = models.CharField(max_length=16)
    indication = models.CharField(max_length=4, blank=True)
    priority_group = EncryptedTextField(blank=True)
    setting = EncryptedTextField(blank=True)
    # The contract's course object, or null.
    course = models.JSONField(null=True)
    reasons = models.JSONField(default=list)
    advice = models.JSONField(default=list)
    flags = EncryptedJSONField(default=list)
    # Doses the patient told of, as in the assessment contract: the re-screen counts them again.
    previous_doses = EncryptedJSONField(default=list)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # What a clinician approved beside the rules, "" and None for what the rules say. A re-screen
    # that stands on the clinician's decision carries it on.
    approved_route = models.CharField(max_length=12, blank=True, db_default="")
    interval_override_days = models.PositiveSmallIntegerField(null=True)
    made_at = models.DateTimeField()
    # When group, setting and flags were dropped, long after the course ended.
    group_dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_override_days=None)
                | Q(
                    interval_override_days__gte=SHORTEST_INTERVAL,
                    interval_override_days__lte=LONGEST_INTERVAL,
                ),
                name="decision_interval_7_to_365",
            ),
            models.CheckConstraint(
                condition=~Q(source="phone") | Q(decided_by__isnull=False),
                name="decision_by_phone_names_who_asked",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-made_at"], name="decision_newest_first")]

    def __str__(self) -> str:
        return f"{self.rule_set} {self.outcome}"
