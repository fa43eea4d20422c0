import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.domain.fees import Fee
from appointments.domain.status import ACTIVE, ENDED_WITHOUT_DOSE, OCCUPYING, Status
from appointments.domain.time_bands import Band
from appointments.models.sessions import Slot
from eligibility.models import Decision
from encryption.fields import EncryptedTextField
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
    # Came without a time, for a dose that was left over.
    walk_in = models.BooleanField(_("uten time"), default=False, db_default=False)
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
    # When it was moved last.
    moved_at = models.DateTimeField(null=True)
    # The later time that the person was told on a late day, and the time that was theirs then: a
    # promise is of one time, and moving the appointment is the end of it.
    told_time = models.DateTimeField(_("varslet tid"), null=True)
    told_time_of = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(_("møtt"), null=True)
    id_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Nobody saw the person come: that they did was concluded from the dose that was recorded.
    arrival_assumed = models.BooleanField(_("møtt etter dosen"), default=False, db_default=False)
    # When the person was told what everybody is told before the dose, and by whom.
    informed_at = models.DateTimeField(_("informert"), null=True)
    informed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("avsluttet"), null=True)
    # Why a visit ended without a dose: an EndReason, an outcome or a limit; "" from before.
    end_reason = models.CharField(max_length=30, blank=True, default="", db_default="")
    end_note = EncryptedTextField(blank=True, default="", db_default="")
    # Whether the clinic owes the person a call about another time.
    call_back = models.BooleanField(_("skal ringes"), default=False, db_default=False)
    dose = models.OneToOneField(
        Dose, on_delete=models.PROTECT, null=True, related_name="appointment"
    )
    fee = models.CharField(
        _("betaling"),
        max_length=6,
        choices=[(f.value, f.value) for f in Fee if f],
        blank=True,
        default=Fee.UNKNOWN.value,
        db_default="",
    )
    # After the dose people are observed until then, and stay until somebody lets them go.
    observe_until = models.DateTimeField(_("observeres til"), null=True)
    released_at = models.DateTimeField(_("ferdig observert"), null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
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
            models.CheckConstraint(
                condition=Q(informed_at=None) ^ Q(informed_by__isnull=False),
                name="appointment_informed_by_somebody",
            ),
            models.CheckConstraint(  # arrived: for a moment, as the record is corrected
                condition=Q(status__in=["arrived", "vaccinated"]) | Q(arrival_assumed=False),
                name="appointment_arrival_assumed_by_dose",
            ),
            models.CheckConstraint(
                condition=Q(walk_in=False) | Q(standby=True), name="appointment_walk_in_has_no_seat"
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(ENDED_WITHOUT_DOSE))
                | Q(end_reason="", call_back=False),
                name="appointment_end_told_once_ended",
            ),
            models.CheckConstraint(
                condition=Q(fee__in=sorted(f.value for f in Fee)), name="appointment_known_fee"
            ),
            models.CheckConstraint(
                condition=Q(told_time=None, told_time_of=None)
                | Q(
                    told_time__isnull=False,
                    told_time_of__isnull=False,
                    told_time__gt=F("told_time_of"),
                ),
                name="appointment_told_a_later_time",
            ),
            models.CheckConstraint(
                condition=Q(status="vaccinated") | Q(observe_until=None),
                name="appointment_observed_if_vaccinated",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(
                    released_at__isnull=False,
                    released_by__isnull=False,
                    observe_until__isnull=False,
                ),
                name="appointment_release_is_signed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["held_until"], condition=Q(status="held"), name="appointment_holds"
            ),
            models.Index(
                fields=["observe_until"],
                condition=Q(observe_until__isnull=False, released_at=None),
                name="appointment_observed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.date:%Y-%m-%d}"
