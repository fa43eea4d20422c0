import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from appointments.domain.session_states import SessionState
from clinics.models import Clinic
from vaccinations.models import Product


class ClinicSession(models.Model):
    """A clinic's opening on a day."""

    class State(models.TextChoices):
        DRAFT = SessionState.DRAFT.value, _("utkast")
        OPEN = SessionState.OPEN.value, _("åpen")
        CLOSED = SessionState.CLOSED.value, _("stengt")
        CANCELLED = SessionState.CANCELLED.value, _("avlyst")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("sted")
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, verbose_name=_("vaksine"))
    date = models.DateField(_("dato"))
    starts_at = models.DateTimeField(_("åpner"))
    ends_at = models.DateTimeField(_("stenger"))
    stations = models.PositiveSmallIntegerField(_("stasjoner"), default=1)
    slot_minutes = models.PositiveSmallIntegerField(_("minutter per time"), default=10)
    # The in-use window that governed this session when it was opened, in minutes.
    window_minutes = models.PositiveSmallIntegerField(_("brukstid i minutter"))
    # The other numbers of the vial policy that governs it, by their names in VialPolicy; what is
    # not named has the policy's default. The learned ones are taken anew at the cutoff.
    policy = models.JSONField(default=dict, db_default={}, editable=False)
    vials_allotted = models.PositiveSmallIntegerField(_("hetteglass satt av"))
    offered_groups = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("grupper"))
    cutoff_at = models.DateTimeField(_("frist for planlegging"))
    state = models.CharField(
        _("tilstand"), max_length=9, choices=State.choices, default=State.DRAFT
    )
    # How late the day runs and since when that has been said; None while it is on time.
    late_minutes = models.PositiveSmallIntegerField(_("minutter forsinket"), null=True)
    late_since = models.DateTimeField(_("forsinket siden"), null=True)
    # What was made in one go shares this: the form's token, so that a double click makes nothing.
    series = models.UUIDField(_("serie"), null=True, editable=False)

    class Meta:
        verbose_name = _("vaksinasjonsdag")
        verbose_name_plural = _("vaksinasjonsdager")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(stations__gte=1, slot_minutes__gte=1), name="session_has_room"
            ),
            models.CheckConstraint(
                condition=Q(window_minutes__gte=1, window_minutes__lte=480),
                name="session_window_1_to_480",
            ),
            models.CheckConstraint(
                condition=Q(late_minutes=None, late_since=None)
                | Q(late_minutes__gte=1, late_minutes__lte=240, late_since__isnull=False),
                name="session_late_by_1_to_240",
            ),
            # Two ranges in place of two equal ids: so it needs no extension of the database.
            ExclusionConstraint(
                name="session_alone_at_its_clinic",
                expressions=[
                    (
                        Func(F("clinic"), F("clinic"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("starts_at"), F("ends_at"), RangeBoundary(), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(state="cancelled"),
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "state", "date"], name="session_by_clinic"),
            models.Index(
                fields=["series"], condition=Q(series__isnull=False), name="session_by_series"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"


class Slot(models.Model):
    """A start time in a session, with room for as many people as there are stations."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(ClinicSession, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "starts_at"], name="slot_start_once")
        ]
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
