from django.db import models
from django.db.models import Q

from audit.domain.chain import Sealed


class AuditEntry(models.Model):
    """One read or change of a patient's data: ids only, never edited, never deleted.

    ``why`` is a code of ``audit.domain.why.Why``: what gave a member of staff a reason to open the
    patient's pages; ``why_id`` is what it was, such as an appointment or a given reason.
    """

    append_only = True

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=20, blank=True)
    clinic_id = models.BigIntegerField(null=True)
    patient_id = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=20, blank=True, db_default="")
    why_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["patient_id", "-at"], name="audit_by_patient"),
            models.Index(fields=["actor_kind", "actor_id", "-at"], name="audit_by_actor"),
            models.Index(fields=["clinic_id", "-at", "-id"], name="audit_by_clinic"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_kind} {self.action}"


class Seal(models.Model):
    """A batch of entries that cannot be changed any more without its being seen.

    See ``audit.domain.chain``: what the columns hold, and how the hashes are made.
    """

    append_only = True

    number = models.BigIntegerField(primary_key=True)
    previous = models.CharField(max_length=64, blank=True)
    ids = models.TextField()
    entries = models.PositiveBigIntegerField()
    first_id = models.BigIntegerField(db_index=True)
    last_id = models.BigIntegerField()
    up_to = models.BigIntegerField()
    rows_hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    hash = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1) & (Q(number=1, previous="") | ~Q(previous="")),
                name="seal_names_the_one_before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    def as_domain(self) -> Sealed:
        """Return what it says as plain data."""
        return Sealed(**{name: getattr(self, name) for name in Sealed.__dataclass_fields__})
