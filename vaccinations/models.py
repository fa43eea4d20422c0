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

    class Meta:
        verbose_name = _("åpnet hetteglass")
        verbose_name_plural = _("åpnede hetteglass")
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
    # Which limits what happened was outside of (window, interval, route, volume, person).
    deviation = models.CharField(max_length=60, blank=True)
    deviation_reason = EncryptedTextField(blank=True)
    voided_at = models.DateTimeField(_("annullert"), null=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    void_reason = EncryptedTextField(blank=True)

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
            models.UniqueConstraint(
                fields=["patient", "dose_number"],
                condition=Q(voided_at=None),
                name="dose_number_once",
            ),
        ]

    def __str__(self) -> str:
        return f"dose {self.dose_number} {self.lot_number}"
