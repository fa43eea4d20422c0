import uuid

from django.db import models
from django.db.models import Q

from encryption.fields import EncryptedDateField, EncryptedTextField


class Patient(models.Model):
    """A person who is offered, waits for or has had a vaccination.

    Identity and contact are encrypted; look-up goes by keyed hash.
    """

    class IdKind(models.TextChoices):
        NONE = "none"
        NATIONAL = "national"
        D_NUMBER = "d_number"
        DUF = "duf"

    class ContactBy(models.TextChoices):
        SMS = "sms"
        EMAIL = "email"
        BOTH = "both"
        NONE = "none"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    given_name = EncryptedTextField()
    family_name = EncryptedTextField()
    birth_date = EncryptedDateField()
    # Staff find a person by it and a name; the date itself can be read by the keys only.
    birth_date_hash = models.CharField(
        max_length=64, blank=True, default="", db_default="", db_index=True
    )
    id_kind = models.CharField(max_length=8, choices=IdKind.choices, default=IdKind.NONE)
    # Self-entered until ID is seen: a claim, which links to nothing.
    id_number = EncryptedTextField(blank=True)
    id_number_hash = models.CharField(max_length=64, blank=True)
    id_seen_at = models.DateTimeField(null=True)
    phone = EncryptedTextField(blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    email = EncryptedTextField(blank=True)
    email_hash = models.CharField(max_length=64, blank=True, db_index=True)
    contact_by = models.CharField(max_length=5, choices=ContactBy.choices, default=ContactBy.NONE)
    language = models.CharField(max_length=2, default="nb")
    # The language an interpreter is needed for, as the person or staff wrote it; "" for none.
    interpreter = EncryptedTextField(blank=True, default="", db_default="")
    # Told by the person: nobody who reads a message or a list over a shoulder may learn where and
    # when they can be found.
    protected_address = models.BooleanField(default=False, db_default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_hash"],
                condition=Q(id_seen_at__isnull=False, merged_into=None) & ~Q(id_number_hash=""),
                name="patient_one_per_seen_number",
            ),
            models.CheckConstraint(
                condition=Q(contact_by="none")
                | (Q(contact_by="sms") & ~Q(phone_hash=""))
                | (Q(contact_by="email") & ~Q(email_hash=""))
                | (Q(contact_by="both") & ~Q(phone_hash="") & ~Q(email_hash="")),
                name="patient_reachable_as_said",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def name(self) -> str:
        """The name as a person writes it."""
        return f"{self.given_name} {self.family_name}"

    @property
    def sorted_name(self) -> str:
        """The name as a list sorts it: family name first."""
        return f"{self.family_name}, {self.given_name}"

    @property
    def initials(self) -> str:
        """The first letters of the name: "A. Å."."""
        return f"{self.given_name[:1]}. {self.family_name[:1]}."

    @property
    def listed_name(self) -> str:
        """The name as a screen that others may see shows it: initials for a protected address."""
        return self.initials if self.protected_address else self.sorted_name


class OneTimeCode(models.Model):
    """A code sent to a phone or e-mail address, bound to the browser that asked for it."""

    contact_hash = models.CharField(max_length=64)
    browser_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts_left = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["browser_hash", "contact_hash"], name="code_by_browser"),
            models.Index(fields=["expires_at"], name="code_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"code of {self.created_at:%Y-%m-%d %H:%M}"


class LinkToken(models.Model):
    """A link sent in a message: one purpose, one subject, an end. Only its hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.purpose} until {self.expires_at:%Y-%m-%d}"
