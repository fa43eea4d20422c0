from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from vaccinations.models.products import Product


class Lot(models.Model):
    """Vials with one lot number, at one clinic. How many there are stands in its ledger."""

    class State(models.TextChoices):
        USABLE = "usable", _("kan brukes")
        QUARANTINED = "quarantined", _("i karantene")
        RECALLED = "recalled", _("tilbakekalt")

    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="lots", verbose_name=_("vaksinasjonssted")
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("vaksine"))
    number = models.CharField(_("lotnummer"), max_length=30)
    expires_on = models.DateField(_("utløper"))
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


class Thawing(models.Model):
    """Vials of a lot taken out of the freezer, never to go back, and until when they are good."""

    append_only = True

    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, related_name="thawings", verbose_name=_("lot")
    )
    vials = models.PositiveSmallIntegerField(_("hetteglass"))
    thawed_at = models.DateTimeField(_("tatt opp"))
    # From the product's documentation, entered by the one who thaws.
    use_before = models.DateTimeField(_("åpnes før"))
    for_day = models.DateField(_("til dagen"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("registrert av")
    )

    class Meta:
        verbose_name = _("tining")
        verbose_name_plural = _("tininger")
        ordering = ["-thawed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(vials__gte=1), name="thawing_of_some_vials"),
            models.CheckConstraint(
                condition=Q(use_before__gt=F("thawed_at")), name="thawing_time_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vials} {self.thawed_at:%Y-%m-%d}"


class LotEntry(models.Model):
    """A line of a lot's ledger: what happened and how many unopened vials came or went.

    Lines are added, never changed. On hand = sum of the lines - opened vials, and never below 0.
    """

    append_only = True

    class Kind(models.TextChoices):
        DELIVERY = "delivery", _("levering")
        COUNT = "count", _("telling")
        LOSS = "loss", _("svinn")
        RETURNED = "returned", _("sendt tilbake")
        EXCURSION = "excursion", _("temperaturavvik")
        QUARANTINED = "quarantined", _("satt i karantene")
        RELEASED = "released", _("frigitt")
        RECALLED = "recalled", _("tilbakekalt")

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("hva"), max_length=11, choices=Kind.choices)
    vials = models.IntegerField(_("hetteglass"), default=0)
    # The thawed vials that were lost; without, unopened ones that were not thawed.
    thawing = models.ForeignKey(
        Thawing, on_delete=models.PROTECT, null=True, related_name="entries"
    )
    since = models.DateTimeField(_("fra"), null=True)
    until = models.DateTimeField(_("til"), null=True)
    note = models.CharField(_("merknad"), max_length=500, blank=True)
    at = models.DateTimeField(_("når"))
    # Nobody is known for what was received before there was a ledger.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("hvem")
    )

    class Meta:
        verbose_name = _("lagerlinje")
        verbose_name_plural = _("lagerlinjer")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="delivery", vials__gt=0)
                | Q(kind="count")
                | Q(kind__in=["loss", "returned"], vials__lt=0)
                | Q(kind__in=["excursion", "quarantined", "released", "recalled"], vials=0),
                name="lot_entry_sign_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(thawing=None) | Q(kind="loss"), name="lot_entry_thawed_is_loss"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="excursion", since__isnull=False, until__gte=F("since"))
                    | (~Q(kind="excursion") & Q(since=None, until=None))
                ),
                name="lot_entry_excursion_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.vials:+}"
