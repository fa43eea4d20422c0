import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.domain.status import ACTIVE, OCCUPYING, Status
from appointments.domain.time_bands import Band
from appointments.models.sessions import Slot
from eligibility.models import Decision
from patients.models import Patient
from vaccinations.models import Dose


class Appointment(models.Model):
    """A seat in a slot, for one patient and one dose.

    The constraints are the last guard: no code path can book a seat twice, give a patient two
    appointments for one dose, or place dose 2 before its day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="appointments")
    # A standby person has none: they are given a dose that is left over.
    seat = models.PositiveSmallIntegerField(_("plass"), null=True)
    standby = models.BooleanField(_("på kort varsel"), default=False, db_default=False)
    # When the person can come instead that day if it saves a vial; empty: never ask them to move.
    movable_bands = ArrayField(
        models.CharField(max_length=9, choices=[(b.value, b.value) for b in Band]),
        default=list,
        db_default=[],
    )
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
                condition=Q(standby=True) ^ Q(seat__isnull=False),
                name="appointment_seat_unless_standby",
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
