import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic


class Message(models.Model):
    """One message to be sent, written in the transaction that causes it (the outbox).

    It carries no words and no address: both are found when it is sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("venter")
        CLAIMED = "claimed", _("sendes nå")
        SENT = "sent", _("sendt")
        SKIPPED = "skipped", _("ikke nødvendig")
        FAILED = "failed", _("nådde ikke fram")
        # The attempt began and nobody knows how it ended: shown to staff, never resent by itself.
        UNKNOWN = "unknown", _("uvisst om den nådde fram")

    class Channel(models.TextChoices):
        SMS = "sms", _("SMS")
        EMAIL = "email", _("e-post")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    channel = models.CharField(_("kanal"), max_length=5, choices=Channel.choices)
    # What it is about (an appointment, say): whose it is, is found through its kind.
    subject_id = models.UUIDField()
    # Whose staff answer for it; None for a message that belongs to no clinic.
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("sted")
    )
    # Tells two messages of one kind about one subject apart, e.g. the start it reminds of.
    occasion = models.CharField(_("anledning"), max_length=60, blank=True)
    # How often staff have had it sent again: a new row each time, never a changed one.
    round = models.PositiveSmallIntegerField(_("sendt på nytt"), default=0, db_default=0)
    due_at = models.DateTimeField(_("sendes"))
    state = models.CharField(
        _("tilstand"), max_length=8, choices=State.choices, default=State.WAITING
    )
    # Why it was skipped or failed: a code, never personal data.
    fate = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(_("forsøk"), default=0)
    attempt_started_at = models.DateTimeField(_("siste forsøk"), null=True)
    lease_until = models.DateTimeField(null=True)
    provider_reference = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(_("skrevet"))
    ended_at = models.DateTimeField(_("avsluttet"), null=True)

    class Meta:
        verbose_name = _("melding")
        verbose_name_plural = _("meldinger")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "kind", "channel", "occasion", "round"],
                name="message_once_a_round",
            ),
            models.CheckConstraint(
                condition=Q(state="claimed") ^ Q(lease_until=None), name="message_lease_iff_claimed"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "claimed"]) ^ Q(ended_at__isnull=False),
                name="message_ended_iff_final",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["waiting", "claimed"]),
                name="message_due",
            ),
            models.Index(fields=["clinic", "-due_at"], name="message_by_clinic"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.state}"
