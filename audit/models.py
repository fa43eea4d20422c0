from uuid import uuid4

from django.db import models
from django.db.models import Q

from audit.domain.alarms import AlarmKind
from audit.domain.chain import Sealed
from audit.domain.why import GivenCode
from encryption.fields import EncryptedTextField


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
            models.Index(
                fields=["clinic_id", "-at", "-id"], condition=Q(why="given"), name="audit_given"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_kind} {self.action}"


class GivenReason(models.Model):
    """What somebody wrote who opened a person's pages without another reason.

    Its entry in the log has its key as ``why_id`` and the same code. The words are no part of the
    log: they may be encrypted anew, and be emptied when their time is over.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.CharField(max_length=20)
    text = EncryptedTextField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__in=sorted(GivenCode)), name="given_reason_known_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_at:%Y-%m-%d %H:%M} {self.code}"


class Alarm(models.Model):
    """Something that the auditor is to look at: who, at which clinic, from when on, how much.

    ``given_id`` is the reason that was given, for that kind of alarm. Acknowledged once, with a
    note; the note is encrypted.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=20)
    staff_id = models.BigIntegerField()
    clinic_id = models.BigIntegerField()
    window = models.DateTimeField()
    people = models.PositiveIntegerField()
    given_id = models.UUIDField(null=True)
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.BigIntegerField(null=True)
    note = EncryptedTextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["clinic_id", "-window", "id"], name="alarm_by_clinic"),
            models.Index(fields=["clinic_id"], condition=Q(seen_at=None), name="alarm_unseen"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "staff_id", "clinic_id", "window"], name="alarm_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(AlarmKind)), name="alarm_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None) ^ Q(seen_by__isnull=False), name="alarm_seen_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(kind="reason_given") ^ Q(given_id=None), name="alarm_of_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.window:%Y-%m-%d %H:%M}"


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
