import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from appointments.domain.session_states import SessionState
from appointments.domain.status import ACTIVE, OCCUPYING, Status
from clinics.models import Clinic
from eligibility.models import Decision
from patients.models import Patient
from vaccinations.models import Dose, Product


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
    vials_allotted = models.PositiveSmallIntegerField(_("hetteglass satt av"))
    offered_groups = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("grupper"))
    cutoff_at = models.DateTimeField(_("frist for planlegging"))
    state = models.CharField(
        _("tilstand"), max_length=9, choices=State.choices, default=State.DRAFT
    )
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


class Appointment(models.Model):
    """A seat in a slot, for one patient and one dose.

    The constraints are the last guard: no code path can book a seat twice, give a patient two
    appointments for one dose, or place dose 2 before its day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="appointments")
    seat = models.PositiveSmallIntegerField(_("plass"))
    status = models.CharField(max_length=11, choices=[(s.value, s.value) for s in Status])
    # The day in Oslo, a copy of the slot's, so that the database can compare it to not_before.
    date = models.DateField()
    not_before = models.DateField(null=True)
    dose_number = models.PositiveSmallIntegerField(_("dose nummer"))
    route = models.CharField(max_length=12, choices=Dose.Route.choices)
    # A hold belongs to a browser until it is confirmed with a patient and a decision.
    browser_hash = models.CharField(max_length=64, blank=True)
    held_until = models.DateTimeField(null=True)
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, null=True, related_name="appointments"
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True)
    booked_at = models.DateTimeField(_("bestilt"), null=True)
    # How often it was moved: calendars and messages tell a new time from the old one by it.
    sequence = models.PositiveSmallIntegerField(_("ganger flyttet"), default=0)
    arrived_at = models.DateTimeField(_("møtt"), null=True)
    id_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("avsluttet"), null=True)
    dose = models.OneToOneField(
        Dose, on_delete=models.PROTECT, null=True, related_name="appointment"
    )

    class Meta:
        verbose_name = _("time")
        verbose_name_plural = _("timer")
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "seat"],
                condition=Q(status__in=sorted(OCCUPYING)),
                name="appointment_seat_once",
            ),
            models.UniqueConstraint(
                fields=["patient", "dose_number"],
                condition=Q(status__in=sorted(ACTIVE)),
                name="appointment_one_active_per_dose",
            ),
            models.UniqueConstraint(
                fields=["browser_hash"],
                condition=Q(status="held"),
                name="appointment_one_hold_per_browser",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(Status)), name="appointment_known_status"
            ),
            models.CheckConstraint(
                condition=Q(not_before=None) | Q(date__gte=F("not_before")),
                name="appointment_not_before",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["held", "expired"])
                | Q(patient__isnull=False, decision__isnull=False),
                name="appointment_has_patient",
            ),
            models.CheckConstraint(
                condition=Q(status="vaccinated") ^ Q(dose=None),
                name="appointment_dose_iff_vaccinated",
            ),
        ]
        indexes = [
            models.Index(
                fields=["held_until"], condition=Q(status="held"), name="appointment_holds"
            )
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.date:%Y-%m-%d}"
