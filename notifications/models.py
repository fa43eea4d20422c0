import uuid

from django.db import models
from django.db.models import Q


class Message(models.Model):
    """One message to be sent, written in the transaction that causes it (the outbox).

    It carries no words and no address: both are found when it is sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        CLAIMED = "claimed"
        SENT = "sent"
        SKIPPED = "skipped"
        FAILED = "failed"
        # The attempt began and nobody knows how it ended: shown to staff, never resent by itself.
        UNKNOWN = "unknown"

    class Channel(models.TextChoices):
        SMS = "sms"
        EMAIL = "email"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    # What it is about (an appointment, say): whose it is, is found through its kind.
    subject_id = models.UUIDField()
    # Tells two messages of one kind about one subject apart, e.g. the start it reminds of.
    occasion = models.CharField(max_length=60, blank=True)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # Why it was skipped or failed: a code, never personal data.
    fate = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempt_started_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    provider_reference = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "kind", "channel", "occasion"], name="message_once"
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.state}"
