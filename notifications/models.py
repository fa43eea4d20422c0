import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic, Staff
from notifications.domain.parts import Words


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
    # When an SMS had arrived, if its provider has said so.
    delivered_at = models.DateTimeField(_("framme"), null=True)
    # When staff reached the person in another way, and who did: it needs no hand any more.
    handled_at = models.DateTimeField(_("ordnet"), null=True)
    handled_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("ordnet av")
    )

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
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(state="sent"), name="message_delivered_was_sent"
            ),
            models.CheckConstraint(
                condition=Q(handled_at=None, handled_by=None)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="message_handled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["waiting", "claimed"]),
                name="message_due",
            ),
            models.Index(fields=["clinic", "-due_at"], name="message_by_clinic"),
            # What went out, or went wrong, in the last hour.
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False),
                name="message_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.state}"


class MessageTextQuerySet(models.QuerySet["MessageText"]):
    """Texts, of which the last revision counts."""

    def in_force(self) -> "MessageTextQuerySet":
        """Keep the last revision of each kind and language."""
        return self.order_by("kind", "language", "-revision").distinct("kind", "language")


class MessageText(models.Model):
    """What a kind of message says in a language, when people have written it themselves.

    The last revision counts, rows are never changed. A part that is "" has the words of its file.
    """

    append_only = True

    kind = models.CharField(_("type"), max_length=40)
    language = models.CharField(_("språk"), max_length=2)
    revision = models.PositiveSmallIntegerField(_("utgave"))
    sms = models.TextField(_("SMS"), blank=True)
    subject = models.CharField(_("emne"), max_length=200, blank=True)
    email = models.TextField(_("e-post"), blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(_("endret"))

    objects: ClassVar["models.Manager[MessageText]"] = MessageTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("meldingstekst")
        verbose_name_plural = _("meldingstekster")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language", "revision"], name="message_text_once_a_revision"
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="message_text_from_one"),
            models.CheckConstraint(
                condition=Q(language__in=["nb", "nn", "en"]), name="message_text_language_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.revision}"

    def words(self) -> Words:
        """Return what was written, "" for what has the words of its file."""
        return Words(sms=self.sms, subject=self.subject, email=self.email)


class SweepRun(models.Model):
    """How a task of the beat schedule last ran: one row a task, written over by each run."""

    name = models.CharField(_("oppgave"), max_length=80, primary_key=True)
    first_started_at = models.DateTimeField(_("begynte første gang"), db_default=Now())
    started_at = models.DateTimeField(_("begynte"))
    # None while it runs, and when it was cut off.
    ended_at = models.DateTimeField(_("sluttet"), null=True)
    ok = models.BooleanField(_("gikk bra"), default=False)
    last_ok_at = models.DateTimeField(_("gikk sist bra"), null=True)
    # An error's name and place, never its text.
    fault = models.CharField(_("feil"), max_length=200, blank=True)
    # What it did, by its own words.
    counts = models.JSONField(_("antall"), default=dict)

    class Meta:
        verbose_name = _("kjøring")
        verbose_name_plural = _("kjøringer")

    def __str__(self) -> str:
        return self.name
