from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic


class Product(models.Model):
    """A vaccine product."""

    name = models.CharField(_("navn"), max_length=60, unique=True)
    vial_ml = models.DecimalField(_("ml i hetteglasset"), max_digits=3, decimal_places=2)
    stored_frozen = models.BooleanField(
        _("lagres frossent"),
        default=False,
        db_default=False,
        help_text=_(
            "Et glass kan bare åpnes når det er registrert tint, og før fristen for tinte glass. "
            "Slår du dette på, kan glass som allerede ligger tint, ikke åpnes før de er "
            "registrert."
        ),
    )

    class Meta:
        verbose_name = _("vaksine")
        verbose_name_plural = _("vaksiner")

    def __str__(self) -> str:
        return self.name


class InUseWindow(models.Model):
    """How long an opened vial of a product may be used at a clinic, signed by its doctor.

    The newest counts, rows are never changed; with none, no intradermal session can be opened.
    """

    append_only = True

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, verbose_name=_("vaksinasjonssted"))
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("vaksine"))
    minutes = models.PositiveSmallIntegerField(
        _("minutter"), validators=[MinValueValidator(1), MaxValueValidator(480)]
    )
    is_demo = models.BooleanField(_("demoverdi"), default=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("signert av")
    )
    # As it was on the day; empty only where it was set before signing was asked for.
    hpr_number = models.CharField(
        _("HPR-nummer"), max_length=9, blank=True, default="", db_default=""
    )
    set_at = models.DateTimeField(_("signert"))

    class Meta:
        verbose_name = _("brukstid etter åpning")
        verbose_name_plural = _("brukstider etter åpning")
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=480), name="in_use_window_1_to_480"
            )
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min"


class StandingOrder(models.Model):
    """A doctor's written order for vaccinating with a product at a clinic.

    The newest that holds on a day and is not withdrawn counts. The text is never changed.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, verbose_name=_("vaksinasjonssted"))
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("vaksine"))
    text = models.TextField(_("hva som ordineres"), max_length=2000)
    valid_from = models.DateField(_("fra og med"))
    valid_until = models.DateField(_("til og med"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("signert av")
    )
    hpr_number = models.CharField(_("HPR-nummer"), max_length=9)
    signed_at = models.DateTimeField(_("signert"))
    withdrawn_at = models.DateTimeField(_("trukket tilbake"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("trukket tilbake av"),
    )

    class Meta:
        verbose_name = _("ordinasjon")
        verbose_name_plural = _("ordinasjoner")
        ordering = ["-signed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(hpr_number=""), name="order_is_signed"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="order_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) ^ Q(withdrawn_by__isnull=False),
                name="order_withdrawal_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.valid_from:%Y-%m-%d}"
