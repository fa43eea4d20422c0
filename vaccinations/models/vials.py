import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from vaccinations.models.stock import Lot, Thawing


class OpenedVials(models.Manager["Vial"]):
    """The vials that were opened: not those of which that was a wrong click, taken back."""

    def get_queryset(self) -> models.QuerySet["Vial"]:
        """Leave out what was not opened after all."""
        return super().get_queryset().filter(not_opened_at=None)


class Vial(models.Model):
    """A physical, opened vial: it belongs to a clinic and a day.

    It closes when given + discarded + not obtainable = 5 doses of 0.1 ml. One that was opened by a
    wrong click only (``not_opened_at``) is kept, but counts nowhere: ``objects`` leaves it out.
    """

    class DiscardReason(models.TextChoices):
        WINDOW_ENDED = "window_ended", _("brukstiden gikk ut")
        END_OF_DAY = "end_of_day", _("ingen flere å vaksinere")
        BROKEN = "broken", _("knust eller sølt")
        CONTAMINATED = "contaminated", _("forurenset")
        LOT_STOPPED = "lot_stopped", _("loten er stoppet eller tilbakekalt")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="vials", verbose_name=_("vaksinasjonssted")
    )
    day = models.DateField(_("dag"))
    letter = models.CharField(_("bokstav"), max_length=3)
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, related_name="vials", verbose_name=_("lot")
    )
    thawing = models.ForeignKey(
        Thawing,
        on_delete=models.PROTECT,
        null=True,
        related_name="opened",
        verbose_name=_("tining"),
    )
    opened_at = models.DateTimeField(_("åpnet"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("åpnet av")
    )
    use_before = models.DateTimeField(_("brukes før"))
    # Tenths of a millilitre, each an intradermal dose; a subcutaneous dose is all five.
    discarded = models.PositiveSmallIntegerField(_("doser kastet"), default=0)
    discard_reason = models.CharField(
        _("kastet fordi"), max_length=12, choices=DiscardReason.choices, blank=True
    )
    not_obtainable = models.PositiveSmallIntegerField(_("doser ikke å få ut"), default=0)
    closed_at = models.DateTimeField(_("lukket"), null=True)
    not_opened_at = models.DateTimeField(_("ikke åpnet likevel"), null=True)
    not_opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = OpenedVials()
    all_rows = models.Manager["Vial"]()

    class Meta:
        verbose_name = _("åpnet hetteglass")
        verbose_name_plural = _("åpnede hetteglass")
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "day", "letter"],
                condition=Q(not_opened_at=None),
                name="vial_letter_once",
            ),
            models.CheckConstraint(
                condition=Q(not_opened_at=None, not_opened_by=None)
                | Q(
                    not_opened_at__isnull=False,
                    not_opened_by__isnull=False,
                    closed_at__isnull=False,
                    discarded=0,
                    not_obtainable=0,
                ),
                name="vial_not_opened_is_signed",
            ),
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
