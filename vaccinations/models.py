import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from encryption.fields import EncryptedTextField
from patients.models import Patient


class Product(models.Model):
    """A vaccine product."""

    name = models.CharField(_("navn"), max_length=60, unique=True)
    vial_ml = models.DecimalField(_("ml i hetteglasset"), max_digits=3, decimal_places=2)

    class Meta:
        verbose_name = _("vaksine")
        verbose_name_plural = _("vaksiner")

    def __str__(self) -> str:
        return self.name


class InUseWindow(models.Model):
    """How long an opened vial of a product may be used at a clinic, set by its doctor.

    The newest counts; with none, no intradermal session can be opened.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT)
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    minutes = models.PositiveSmallIntegerField(
        _("minutter"), validators=[MinValueValidator(1), MaxValueValidator(480)]
    )
    is_demo = models.BooleanField(_("demoverdi"), default=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    set_at = models.DateTimeField(_("satt"))

    class Meta:
        verbose_name = _("brukstid etter åpning")
        verbose_name_plural = _("brukstider etter åpning")
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=480), name="in_use_window_1_to_480"
            )
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min"


class Lot(models.Model):
    """A delivery of vials with one lot number, at one clinic."""

    class State(models.TextChoices):
        USABLE = "usable", _("kan brukes")
        QUARANTINED = "quarantined", _("i karantene")
        RECALLED = "recalled", _("tilbakekalt")

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="lots")
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    number = models.CharField(_("lotnummer"), max_length=30)
    expires_on = models.DateField(_("utløper"))
    vials_received = models.PositiveIntegerField(_("hetteglass mottatt"))
    state = models.CharField(
        _("tilstand"), max_length=11, choices=State.choices, default=State.USABLE
    )

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("loter")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "product", "number"], name="lot_once")
        ]

    def __str__(self) -> str:
        return self.number


class Vial(models.Model):
    """A physical, opened vial: it belongs to a clinic and a day.

    It closes when given + discarded + not obtainable = 5 doses of 0.1 ml.
    """

    class DiscardReason(models.TextChoices):
        WINDOW_ENDED = "window_ended", _("brukstiden gikk ut")
        END_OF_DAY = "end_of_day", _("ingen flere å vaksinere")
        BROKEN = "broken", _("knust eller sølt")
        CONTAMINATED = "contaminated", _("forurenset")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="vials")
    day = models.DateField()
    letter = models.CharField(max_length=3)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="vials")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    use_before = models.DateTimeField()
    # Tenths of a millilitre, each an intradermal dose; a subcutaneous dose is all five.
    discarded = models.PositiveSmallIntegerField(default=0)
    discard_reason = models.CharField(max_length=12, choices=DiscardReason.choices, blank=True)
    not_obtainable = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "day", "letter"], name="vial_letter_once"),
            models.CheckConstraint(
                condition=Q(use_before__gt=F("opened_at")), name="vial_window_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(discarded=0) ^ ~Q(discard_reason=""), name="vial_discard_has_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "day"], condition=Q(closed_at=None), name="vial_open_by_clinic"
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.day:%Y-%m-%d}"


class Dose(models.Model):
    """A dose that was given. It keeps its own copy of what mattered; it is voided, never edited."""

    class Route(models.TextChoices):
        INTRADERMAL = "intradermal", _("i huden")
        SUBCUTANEOUS = "subcutaneous", _("under huden")

    class Site(models.TextChoices):
        LEFT_ARM = "left_upper_arm", _("venstre overarm")
        RIGHT_ARM = "right_upper_arm", _("høyre overarm")

    class Indication(models.TextChoices):
        PPV = "ppv"
        PEPV = "pepv"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="doses")
    vial = models.ForeignKey(Vial, on_delete=models.PROTECT, related_name="doses")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="doses")
    vaccinator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    dose_number = models.PositiveSmallIntegerField()
    indication = models.CharField(max_length=4, choices=Indication.choices)
    route = models.CharField(max_length=12, choices=Route.choices)
    volume_ml = models.DecimalField(max_digits=3, decimal_places=2)
    site = models.CharField(max_length=15, choices=Site.choices)
    given_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    # Copies: the record stands by itself whatever becomes of lot, vial and earlier doses.
    lot_number = models.CharField(max_length=30)
    lot_expires_on = models.DateField()
    use_before = models.DateTimeField()
    previous_dose_on = models.DateField(null=True)
    within_limits = models.BooleanField()
    override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    override_reason = EncryptedTextField(blank=True)
    # Which limits what happened was outside of (window, interval, route, volume, person).
    deviation = models.CharField(max_length=60, blank=True)
    deviation_reason = EncryptedTextField(blank=True)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    void_reason = EncryptedTextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(within_limits=True) | Q(override_by__isnull=False) | ~Q(deviation=""),
                name="dose_within_limits_or_explained",
            ),
            models.CheckConstraint(
                condition=(Q(route="intradermal") & Q(volume_ml="0.10"))
                | (Q(route="subcutaneous") & Q(volume_ml="0.50"))
                | Q(within_limits=False),
                name="dose_volume_fits_route",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None) ^ Q(voided_by__isnull=False),
                name="dose_void_is_signed",
            ),
            models.UniqueConstraint(
                fields=["patient", "dose_number"],
                condition=Q(voided_at=None),
                name="dose_number_once",
            ),
        ]

    def __str__(self) -> str:
        return f"dose {self.dose_number} {self.lot_number}"
