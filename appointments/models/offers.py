import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.domain.waiting import OfferKind, OfferState, SkipReason
from appointments.models.appointments import Appointment
from appointments.models.sessions import ClinicSession
from appointments.models.waiting import WaitingEntry
from vaccinations.models import Vial


class Offer(models.Model):
    """A time or a left-over dose offered to somebody who waits, until an answer or its end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(WaitingEntry, on_delete=models.PROTECT, related_name="offers")
    session = models.ForeignKey(ClinicSession, on_delete=models.PROTECT, related_name="offers")
    kind = models.CharField(
        _("hva"), max_length=13, choices=[(k.value, k.value) for k in OfferKind]
    )
    # The seat held for the person while a time is offered; a standby person's, once they said yes.
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, related_name="offers"
    )
    # The open vial with the dose that is left over; none the day before.
    vial = models.ForeignKey(Vial, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("tilbudt"))
    answer_by = models.DateTimeField(_("svarfrist"))
    # When a standby person must be there.
    come_by = models.DateTimeField(_("må være her"), null=True)
    state = models.CharField(
        _("tilstand"),
        max_length=9,
        choices=[(s.value, s.value) for s in OfferState],
        default=OfferState.OPEN.value,
    )
    ended_at = models.DateTimeField(_("avsluttet"), null=True)

    class Meta:
        verbose_name = _("tilbud")
        verbose_name_plural = _("tilbud")
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="open"), name="offer_one_open_per_person"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(s.value for s in OfferState)), name="offer_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state="open") ^ Q(ended_at__isnull=False), name="offer_ended_iff_final"
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(state="open"), name="offer_open"),
            models.Index(fields=["session", "-made_at"], name="offer_by_session"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.made_at:%Y-%m-%d %H:%M}"


class OfferSkip(models.Model):
    """Somebody who was passed over for an offer, and why. Staff can read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(WaitingEntry, on_delete=models.PROTECT, related_name="skips")
    session = models.ForeignKey(ClinicSession, on_delete=models.PROTECT, related_name="skips")
    kind = models.CharField(max_length=13, choices=[(k.value, k.value) for k in OfferKind])
    reason = models.CharField(max_length=12, choices=[(r.value, r.value) for r in SkipReason])
    skipped_at = models.DateTimeField(_("hoppet over"))

    class Meta:
        constraints = [
            # Once for each reason: sweeps that look again add no row.
            models.UniqueConstraint(
                fields=["entry", "session", "kind", "reason"], name="skip_once_a_reason"
            )
        ]
        indexes = [models.Index(fields=["session", "-skipped_at"], name="skip_by_session")]

    def __str__(self) -> str:
        return f"{self.reason} {self.skipped_at:%Y-%m-%d %H:%M}"
