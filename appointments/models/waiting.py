import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.domain.time_bands import Band
from appointments.domain.waiting import WaitEnd
from clinics.models import Clinic
from eligibility.models import Decision
from patients.models import Patient
from vaccinations.models import Dose


class WaitingEntry(models.Model):
    """A person who waits for a dose at a clinic: for a time, on standby, or both.

    The priority group is the decision's. Whoever has an appointment may wait for an earlier one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="waiting", verbose_name=_("sted")
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="waiting")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    dose_number = models.PositiveSmallIntegerField(_("dose nummer"))
    route = models.CharField(max_length=12, choices=Dose.Route.choices)
    not_before = models.DateField(null=True)
    wants_time = models.BooleanField(_("vil ha beskjed om ledig time"), default=False)
    standby = models.BooleanField(_("kan komme på kort varsel"), default=False)
    # Monday is 0.
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("dager"))
    bands = ArrayField(
        models.CharField(max_length=9, choices=[(b.value, b.value) for b in Band]),
        verbose_name=_("tider på dagen"),
    )
    # The last day the person waits.
    until = models.DateField(_("til og med"))
    # For standby: how soon the person can be there, and when not to disturb, by the clock in Oslo.
    eta_minutes = models.PositiveSmallIntegerField(_("kan være her på minutter"), null=True)
    quiet_from = models.TimeField(_("ikke forstyrr fra"), null=True)
    quiet_until = models.TimeField(_("ikke forstyrr til"), null=True)
    joined_at = models.DateTimeField(_("satt på listen"))
    ended_at = models.DateTimeField(_("avsluttet"), null=True)
    end = models.CharField(
        _("hvordan"), max_length=7, choices=[(e.value, e.value) for e in WaitEnd], blank=True
    )

    class Meta:
        verbose_name = _("venter på time")
        verbose_name_plural = _("venter på time")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "clinic", "dose_number"],
                condition=Q(ended_at=None),
                name="waiting_once",
            ),
            models.CheckConstraint(
                condition=Q(wants_time=True) | Q(standby=True), name="waiting_for_something"
            ),
            models.CheckConstraint(
                condition=Q(standby=True) ^ Q(eta_minutes=None), name="waiting_eta_iff_standby"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="waiting_quiet_hours_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="")
                | Q(ended_at__isnull=False, end__in=sorted(e.value for e in WaitEnd)),
                name="waiting_end_iff_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "joined_at"],
                condition=Q(ended_at=None),
                name="waiting_by_clinic",
            )
        ]

    def __str__(self) -> str:
        return f"{self.joined_at:%Y-%m-%d}"
