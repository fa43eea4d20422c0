import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from encryption.fields import EncryptedTextField
from patients.models import Patient
from vaccinations.models.products import StandingOrder
from vaccinations.models.stock import Lot
from vaccinations.models.vials import Vial


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
    vial = models.ForeignKey(
        Vial, on_delete=models.PROTECT, related_name="doses", verbose_name=_("hetteglass")
    )
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, related_name="doses", verbose_name=_("lot")
    )
    # The doctor's order that it was given on; None where it was given before orders were kept.
    standing_order = models.ForeignKey(
        StandingOrder, on_delete=models.PROTECT, null=True, verbose_name=_("ordinasjon")
    )
    vaccinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("vaksinatør")
    )
    dose_number = models.PositiveSmallIntegerField()
    indication = models.CharField(max_length=4, choices=Indication.choices)
    route = models.CharField(_("hvordan"), max_length=12, choices=Route.choices)
    volume_ml = models.DecimalField(max_digits=3, decimal_places=2)
    site = models.CharField(max_length=15, choices=Site.choices)
    given_at = models.DateTimeField(_("gitt"))
    recorded_at = models.DateTimeField()
    # Copies: the record stands by itself whatever becomes of lot, vial and earlier doses.
    lot_number = models.CharField(max_length=30)
    lot_expires_on = models.DateField()
    use_before = models.DateTimeField()
    previous_dose_on = models.DateField(null=True)
    within_limits = models.BooleanField(_("innenfor grensene"))
    override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    override_reason = EncryptedTextField(blank=True)
    # What it was outside of: codes of vaccinations.domain.deviations with spaces between.
    deviation = models.CharField(max_length=120, blank=True)
    deviation_reason = EncryptedTextField(blank=True)
    voided_at = models.DateTimeField(_("annullert"), null=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    void_reason = EncryptedTextField(blank=True)
    # The voided record that this one was written in place of.
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )

    class Meta:
        verbose_name = _("dose")
        verbose_name_plural = _("doser")
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
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(replaces=F("id")), name="dose_replaces_another"
            ),
            models.UniqueConstraint(
                fields=["patient", "dose_number"],
                condition=Q(voided_at=None),
                name="dose_number_once",
            ),
        ]
        indexes = [
            # Who is to be reminded of the next one, by the day of the first.
            models.Index(
                fields=["given_at", "id"],
                condition=Q(voided_at=None, dose_number=1),
                name="dose_first_by_day",
            )
        ]

    def __str__(self) -> str:
        return f"dose {self.dose_number} {self.lot_number}"


class DeviationSeen(models.Model):
    """That somebody with responsibility for a clinic has seen a dose's deviation, and their words.

    Lines are added, never changed.
    """

    append_only = True

    dose = models.OneToOneField(Dose, on_delete=models.PROTECT, related_name="deviation_seen")
    seen_at = models.DateTimeField()
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    comment = EncryptedTextField(blank=True)

    def __str__(self) -> str:
        return f"{self.dose_id} {self.seen_at:%Y-%m-%d}"
