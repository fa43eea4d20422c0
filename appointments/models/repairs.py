import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.domain.repairs import AskState
from appointments.models.appointments import Appointment
from appointments.models.sessions import ClinicSession, Slot


class Repair(models.Model):
    """One planning of a session at its cutoff: whom it asked to move, what it left, its report."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        ClinicSession, on_delete=models.PROTECT, related_name="repairs", verbose_name=_("dag")
    )
    # 1 for the sweep's; staff can start another.
    number = models.PositiveSmallIntegerField(_("nummer"))
    started_at = models.DateTimeField(_("begynt"))
    # None when the sweep started it.
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer_by = models.DateTimeField(_("svarfrist"))
    ended_at = models.DateTimeField(_("ferdig"), null=True)
    # The whole policy it planned by.
    policy = models.JSONField()
    vials_before = models.PositiveSmallIntegerField(_("hetteglass før"))
    vials_after = models.PositiveSmallIntegerField(_("hetteglass etter"), null=True)
    standby_invited = models.PositiveSmallIntegerField(_("innkalt på kort varsel"), default=0)

    class Meta:
        verbose_name = _("planlegging ved fristen")
        verbose_name_plural = _("planlegging ved fristen")
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="repair_number_once"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(ended_at=None), name="repair_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) ^ Q(vials_after__isnull=False),
                name="repair_result_iff_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(ended_at=None), name="repair_open")
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class MoveAsk(models.Model):
    """The question whether a person can come at another time that day. Only a yes moves anybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    repair = models.ForeignKey(Repair, on_delete=models.PROTECT, related_name="asks")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="asks")
    from_slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="+")
    to_slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("spurt"))
    answered_at = models.DateTimeField(_("svart"), null=True)
    state = models.CharField(
        _("tilstand"),
        max_length=9,
        choices=[(s.value, s.value) for s in AskState],
        default=AskState.ASKED.value,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["repair", "appointment"], name="ask_once_a_repair"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(s.value for s in AskState)), name="ask_known_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.asked_at:%Y-%m-%d %H:%M}"
