import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from encryption.fields import EncryptedDateField, EncryptedJSONField, EncryptedTextField
from encryption.lookup import Lookup, LookupHashField

# How people are looked up by what is encrypted.
BIRTH_DATE = Lookup("birth_date", date.isoformat)
ID_NUMBER = Lookup("id_number")
PHONE = Lookup("phone")
EMAIL = Lookup("email", str.lower)
CONTACT_LOOKUPS = {"sms": PHONE, "email": EMAIL}


class Patient(models.Model):
    """A person who is offered, waits for or has had a vaccination.

    Identity and contact are encrypted; look-up goes by keyed hash.
    """

    class IdKind(models.TextChoices):
        NONE = "none"
        NATIONAL = "national"
        D_NUMBER = "d_number"
        DUF = "duf"

    class NoNumber(models.TextChoices):
        """Why staff who saw an ID noted no number."""

        NOT_SHOWN = "not_shown", _("Legitimasjonen viser ikke noe norsk nummer")
        NOT_ISSUED = "not_issued", _("Har ikke fått norsk nummer")
        ELSEWHERE = "elsewhere", _("Nummeret står på en annen oppføring")

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
    birth_date_hash = LookupHashField(
        of="birth_date",
        lookup=BIRTH_DATE,
        max_length=64,
        blank=True,
        default="",
        db_default="",
        db_index=True,
    )
    id_kind = models.CharField(max_length=8, choices=IdKind.choices, default=IdKind.NONE)
    # Self-entered until ID is seen: a claim, which links to nothing.
    id_number = EncryptedTextField(blank=True)
    id_number_hash = LookupHashField(of="id_number", lookup=ID_NUMBER, blank=True)
    id_seen_at = models.DateTimeField(null=True)
    no_number_why = models.CharField(
        max_length=10, choices=NoNumber.choices, blank=True, default="", db_default=""
    )
    # What to call out in the waiting room; "" for the name.
    call_name = EncryptedTextField(blank=True, default="", db_default="")
    phone = EncryptedTextField(blank=True)
    phone_hash = LookupHashField(of="phone", lookup=PHONE, blank=True, db_index=True)
    email = EncryptedTextField(blank=True)
    email_hash = LookupHashField(of="email", lookup=EMAIL, blank=True, db_index=True)
    contact_by = models.CharField(max_length=5, choices=ContactBy.choices, default=ContactBy.NONE)
    language = models.CharField(max_length=2, default="nb")
    # They said that a dose that would go to waste may be offered them at any hour.
    any_hour = models.BooleanField(default=False, db_default=False)
    # The language an interpreter is needed for, as the person or staff wrote it; "" for none.
    interpreter = EncryptedTextField(blank=True, default="", db_default="")
    # Told by the person: nobody who reads a message or a list over a shoulder may learn where and
    # when they can be found.
    protected_address = models.BooleanField(default=False, db_default=False)
    # A duplicate: everything that points at it stays, and is read as the other's (see selectors).
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    # Which person a row is of: its own key, or that of the row it is merged into.
    person_id = models.GeneratedField(
        expression=Coalesce(F("merged_into_id"), F("id")),
        output_field=models.UUIDField(),
        db_persist=True,
        db_index=True,
    )
    # Others are merged into it: whoever locks the row learns of a merge it waited for.
    has_duplicates = models.BooleanField(default=False, db_default=False)
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
            models.CheckConstraint(
                condition=Q(no_number_why="") | Q(id_number_hash=""),
                name="patient_reason_only_without_number",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def kept(self) -> "Patient":
        """The row that tells who this is and how they are reached; a query for a duplicate only."""
        return self.merged_into or self

    @property
    def name(self) -> str:
        """The name as a person writes it."""
        return f"{self.given_name} {self.family_name}"

    def has_number_of(self, other: "Patient") -> bool:
        """Tell whether two rows have one number, under whichever key each is hashed."""
        same = self.id_number_hash == other.id_number_hash
        return bool(same or (self.id_number and self.id_number == other.id_number))

    @property
    def sorted_name(self) -> str:
        """The name as a list sorts it: family name first."""
        return f"{self.family_name}, {self.given_name}"

    @property
    def initials(self) -> str:
        """The first letters of the name: "A. Å."."""
        return f"{self.given_name[:1]}. {self.family_name[:1]}."

    @property
    def is_protected(self) -> bool:
        """Whether the person's address is protected, whichever of their rows this is."""
        return self.kept.protected_address

    @property
    def listed_name(self) -> str:
        """The person's name as a screen that others may see shows it: initials if protected."""
        return self.kept.initials if self.is_protected else self.kept.sorted_name


class IdentityCheck(models.Model):
    """Staff compared somebody who came to a visit with an ID; ``visit_id`` is the appointment's.

    What the check changed of the patient is kept as it was ``before`` and ``after``, so that a
    check of the wrong person can be taken back.
    """

    class Document(models.TextChoices):
        PASSPORT = "passport", _("Pass")
        ID_CARD = "id_card", _("Nasjonalt ID-kort")
        DRIVING_LICENCE = "licence", _("Førerkort")
        RESIDENCE = "residence", _("Oppholdskort eller asylsøkerbevis")
        OTHER = "other", _("Annen gyldig legitimasjon")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identity_checks")
    visit_id = models.UUIDField(db_index=True)
    document = models.CharField(max_length=9, choices=Document.choices)
    before = EncryptedJSONField(default=dict)
    after = EncryptedJSONField(default=dict)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__gte=models.F("checked_at")),
                name="identity_check_undone_after_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.checked_at:%Y-%m-%d %H:%M}"


class PatientMerge(models.Model):
    """Two rows that turned out to be one person: which is kept, by whom, and whether undone."""

    class Reason(models.TextChoices):
        SAME_NUMBER = "same_number"
        TOLD = "told"
        TYPED_TWICE = "typed_twice"

    class UndoReason(models.TextChoices):
        TWO_PEOPLE = "two_people"
        WRONG_ONE = "wrong_one"

    kept = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges_kept")
    dropped = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges_dropped")
    reason = models.CharField(max_length=11, choices=Reason.choices)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    merged_at = models.DateTimeField()
    undo_reason = models.CharField(max_length=10, choices=UndoReason.choices, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dropped"], condition=Q(undone_at=None), name="merge_once"
            ),
            models.CheckConstraint(condition=~Q(kept=F("dropped")), name="merge_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, undo_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
                name="merge_undone_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dropped_id} into {self.kept_id}"


class PatientNote(models.Model):
    """What staff wrote for each other about a person. Never edited; withdrawn, it is not shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="notes")
    # The clinic whose staff wrote it, and may read it.
    clinic_id = models.BigIntegerField(db_index=True)
    text = EncryptedTextField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) ^ Q(withdrawn_by__isnull=False),
                name="note_withdrawal_is_signed",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-written_at"], name="note_by_patient")]

    def __str__(self) -> str:
        return f"note of {self.written_at:%Y-%m-%d %H:%M}"


class MessageStop(models.Model):
    """A person wants no more, on one channel, of the messages that can be stopped.

    Never deleted: who starts them again ends it. It holds for the person, whichever of their rows
    it was made for, and for nobody else who is reached at the same number or address.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="message_stops")
    channel = models.CharField(max_length=5, choices=[("sms", "sms"), ("email", "email")])
    stopped_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "channel"], condition=Q(ended_at=None), name="stop_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("stopped_at")),
                name="stop_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} from {self.stopped_at:%Y-%m-%d}"


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

    class Meta:
        indexes = [models.Index(fields=["subject_id", "purpose"], name="link_by_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} until {self.expires_at:%Y-%m-%d}"


class ActivationCode(models.Model):
    """A code that staff handed to a person whose ID they saw: it activates one browser, once.

    Only its hash is kept. A newer one ends it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Nothing of it is worth keeping once the person is erased.
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="activation_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    # Of the clinic where it was handed over.
    clinic_id = models.BigIntegerField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    attempts_left = models.PositiveSmallIntegerField()
    # Used, or ended by staff or by a newer one.
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(used_at=None, ended_at=None),
                name="activation_code_one_open",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(ended_at=None), name="activation_code_one_end"
            ),
        ]

    def __str__(self) -> str:
        return f"code of {self.made_at:%Y-%m-%d %H:%M}"


class ActivatedBrowser(models.Model):
    """A browser that a person activated with a code: it opens their pages with a PIN.

    The secret is in the browser's cookie only, and the PIN in the person's head; the rows have
    their hashes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        Patient, on_delete=models.CASCADE, related_name="activated_browsers"
    )
    code = models.OneToOneField(ActivationCode, on_delete=models.CASCADE, related_name="browser")
    secret_hash = models.CharField(max_length=64, unique=True)
    pin_hash = models.CharField(max_length=64)
    attempts_left = models.PositiveSmallIntegerField()
    # What the person knows it by: "Safari, iPhone".
    name = EncryptedTextField(blank=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__gte=F("created_at")), name="browser_used_after_activation"
            ),
        ]

    def __str__(self) -> str:
        return f"browser of {self.created_at:%Y-%m-%d %H:%M}"
