import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinics.domain.roles import Role
from encryption.fields import EncryptedCharField
from encryption.lookup import LookedUpCharField, Lookup, LookupHashField

STAFF_EMAIL = Lookup("staff_email", str.lower)


class StaffManager(BaseUserManager["Staff"]):
    """Makes staff users, who log in with their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Staff":
        """Make a staff user."""
        staff = self.model(email=self.normalize_email(email).lower(), **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff

    def create_superuser(self, email: str, password: str, **fields: object) -> "Staff":
        """Make a staff user who may do everything in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def by_email(self, email: str) -> "Staff | None":
        """Find by e-mail address, whatever its case; None when nobody has it."""
        return self.filter(email=email).first()

    def get_by_natural_key(self, username: str | None) -> "Staff":
        """Find by e-mail address, whatever its case."""
        return self.get(email=username or "")


class Staff(AbstractBaseUser, PermissionsMixin):
    """A person who works at one or more clinics. Patients are not users.

    Name and address are encrypted: look up by ``filter(email=...)``, which asks the hash, and sort
    in Python by ``sort_key``.
    """

    email = LookedUpCharField(
        _("e-postadresse"), max_length=254, validators=[validate_email], hashed_in="email_hash"
    )
    email_hash = LookupHashField(of="email", lookup=STAFF_EMAIL, unique=True, editable=False)
    name = EncryptedCharField(_("navn"), max_length=120)
    hpr_number = models.CharField(_("HPR-nummer"), max_length=9, blank=True)
    is_active = models.BooleanField(_("aktiv"), default=True)
    is_staff = models.BooleanField(_("kan bruke administrasjonen"), default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("ansatt")
        verbose_name_plural = _("ansatte")

    def __str__(self) -> str:
        return str(self.name or self.email)

    def get_full_name(self) -> str:
        """Return the name that colleagues see."""
        return str(self.name)

    @property
    def sort_key(self) -> tuple[str, int]:
        """What lists are sorted by: the name, whatever its case."""
        return self.name.casefold(), self.pk

    def get_short_name(self) -> str:
        """Return the name that colleagues see."""
        return str(self.name)


class Clinic(models.Model):
    """A place that vaccinates."""

    class Kind(models.TextChoices):
        MUNICIPAL = "municipal", _("kommunal")
        SPECIALIST = "specialist", _("sykehus")

    slug = models.SlugField(_("adressenavn"), unique=True)
    name = models.CharField(_("navn"), max_length=120)
    # What messages and calendar entries say: nothing that tells what the clinic does.
    discreet_name = models.CharField(_("nøytralt navn"), max_length=60)
    kind = models.CharField(_("type"), max_length=10, choices=Kind.choices)
    street = models.CharField(_("gateadresse"), max_length=120)
    postal_code = models.CharField(_("postnummer"), max_length=4)
    city = models.CharField(_("poststed"), max_length=60)
    phone = models.CharField(_("telefon"), max_length=20)
    phone_hours = models.CharField(_("telefontid"), max_length=120, blank=True)
    email = models.EmailField(_("e-post"), blank=True)
    directions = models.TextField(_("veibeskrivelse"), blank=True)
    fee = models.CharField(_("pris"), max_length=120, blank=True)
    observation_minutes = models.PositiveSmallIntegerField(
        _("observasjonstid i minutter"), default=20, validators=[MaxValueValidator(60)]
    )

    class Meta:
        verbose_name = _("vaksinasjonssted")
        verbose_name_plural = _("vaksinasjonssteder")

    def __str__(self) -> str:
        return self.name


class GroupOffer(models.Model):
    """A priority group that a clinic offers, from and until a day."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="group_offers")
    priority_group = models.PositiveSmallIntegerField(
        _("gruppe"), validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    valid_from = models.DateField(_("fra og med"))
    valid_until = models.DateField(_("til og med"), null=True, blank=True)

    class Meta:
        verbose_name = _("tilbud til gruppe")
        verbose_name_plural = _("tilbud til grupper")
        constraints = [
            models.CheckConstraint(
                condition=Q(priority_group__in=[1, 2, 3]), name="group_offer_known_group"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="group_offer_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.priority_group} {self.valid_from:%Y-%m-%d}"


class Membership(models.Model):
    """A staff user's role at a clinic, from and until a day."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="memberships")
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("rolle"), max_length=12, choices=[(r.value, r.value) for r in Role])
    valid_from = models.DateField(_("fra og med"))
    valid_until = models.DateField(_("til og med"), null=True, blank=True)

    class Meta:
        verbose_name = _("rolle")
        verbose_name_plural = _("roller")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[r.value for r in Role]), name="membership_known_role"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="membership_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.valid_from:%Y-%m-%d}"


class StaffLogin(models.Model):
    """One log-in of a staff user in one browser. Once it has ended, it lets nobody in.

    Whose browser it is, is known by a digest of the session's key; no address is kept.
    """

    class Method(models.TextChoices):
        PASSWORD = "password", _("passord")
        APP = "totp", _("passord og app")
        PASSKEY = "webauthn", _("passnøkkel")
        RECOVERY_CODE = "recovery_codes", _("passord og reservekode")

    class Ended(models.TextChoices):
        LOGGED_OUT = "logged_out", _("logget ut")
        SWITCHED = "switched", _("en annen overtok maskinen")
        IDLE = "idle", _("maskinen sto ubrukt")
        TOO_LONG = "too_long", _("varte for lenge")
        PASSWORD = "password", _("passordet ble byttet")
        FACTOR = "factor", _("en totrinnsmåte ble endret")
        CLOSED = "closed", _("kontoen ble stengt")
        NO_ROLE = "no_role", _("den siste rollen ble avsluttet")
        OWNER = "owner", _("avsluttet fra en annen maskin")
        ADMIN = "admin", _("avsluttet av en administrator")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="logins")
    session_hash = models.CharField(max_length=64, unique=True)
    method = models.CharField(_("måte"), max_length=16, choices=Method.choices)
    browser = models.CharField(_("nettleser"), max_length=60, blank=True)
    started_at = models.DateTimeField(_("begynte"))
    last_seen_at = models.DateTimeField(_("sist i bruk"))
    ended_at = models.DateTimeField(_("sluttet"), null=True, blank=True)
    ended_why = models.CharField(
        _("hvorfor"), max_length=12, choices=Ended.choices, blank=True, default=""
    )

    class Meta:
        verbose_name = _("innlogging")
        verbose_name_plural = _("innlogginger")
        indexes = [
            models.Index(
                fields=["staff", "-last_seen_at"],
                condition=Q(ended_at=None),
                name="staff_login_open",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="")
                | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="staff_login_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(last_seen_at__gte=F("started_at")), name="staff_login_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.browser or self.get_method_display()}"


class StaffInvitation(models.Model):
    """A link by which a staff user chooses a password and then a second factor; it works once.

    Only a hash of the link's secret is kept. Of several, the newest alone works.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitasjon")
        verbose_name_plural = _("invitasjoner")
        constraints = [
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(used_at=None, replaced_at=None),
                name="one_open_invitation_per_staff",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="invitation_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"
