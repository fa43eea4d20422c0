import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from encryption.fields import EncryptedTextField
from patients.models import Patient
from vaccinations.domain.reactions import Kind, Outcome, Seriousness, Step, Through
from vaccinations.models.doses import Dose


class Reaction(models.Model):
    """What happened to somebody after a dose. It is corrected by a new row, never edited.

    Two things are filled in later, once each: the end of one that was begun while it went on
    (``ended_at``, seriousness, outcome), and that it was reported to melde.no (R42, R43).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="reactions")
    # For a vaccine failure the last dose before it (R43).
    dose = models.ForeignKey(
        Dose, on_delete=models.PROTECT, related_name="reactions", verbose_name=_("dose")
    )
    kind = models.CharField(_("hva"), max_length=11, choices=[(k.value, k.value) for k in Kind])
    onset_at = models.DateTimeField(_("begynte"))
    # Told of later, often only the day is known; then it is the beginning of that day in Oslo.
    onset_has_time = models.BooleanField(default=True)
    description = EncryptedTextField(blank=True)
    treatment = EncryptedTextField(blank=True)
    # Empty until it is judged: only while it still goes on.
    seriousness = ArrayField(
        models.CharField(max_length=16, choices=[(s.value, s.value) for s in Seriousness]),
        default=list,
        blank=True,
    )
    outcome = models.CharField(
        max_length=13, choices=[(o.value, o.value) for o in Outcome], blank=True
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("skrevet av"),
    )
    recorded_at = models.DateTimeField(_("skrevet"))
    ended_at = models.DateTimeField(_("avsluttet"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    reported_on = models.DateField(_("meldt"), null=True)
    reported_through = models.CharField(
        max_length=12, choices=[(t.value, t.value) for t in Through], blank=True
    )
    report_reference = models.CharField(_("referanse"), max_length=60, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reported_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reaksjon")
        verbose_name_plural = _("reaksjoner")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=sorted(Kind)), name="reaction_known_kind"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, outcome="", seriousness=[])
                | Q(
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                    outcome__in=sorted(Outcome),
                    seriousness__len__gte=1,
                ),
                name="reaction_judged_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(kind="anaphylaxis") | Q(ended_at__isnull=False),
                name="reaction_begun_is_anaphylaxis",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None)
                | Q(seriousness__len=1)
                | ~Q(seriousness__contains=["not_serious"]),
                name="reaction_serious_or_not",
            ),
            models.CheckConstraint(
                condition=Q(
                    reported_on=None, reported_at=None, reported_by=None, reported_through=""
                )
                | Q(
                    reported_on__isnull=False,
                    reported_at__isnull=False,
                    reported_by__isnull=False,
                    reported_through__in=sorted(Through),
                    ended_at__isnull=False,
                ),
                name="reaction_report_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(replaces=F("id")), name="reaction_not_its_own"
            ),
        ]
        indexes = [
            models.Index(fields=["dose"], condition=Q(ended_at=None), name="reaction_under_way")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.onset_at:%Y-%m-%d}"


class ReactionEntry(models.Model):
    """A line of what was done while a reaction went on. Lines are added, never changed."""

    append_only = True

    # Made with the form, so that a second click adds nothing.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reaction = models.ForeignKey(Reaction, on_delete=models.PROTECT, related_name="entries")
    step = models.CharField(max_length=14, choices=[(s.value, s.value) for s in Step])
    text = EncryptedTextField(blank=True)
    at = models.DateTimeField(_("når"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("hvem")
    )

    class Meta:
        verbose_name = _("linje om en reaksjon")
        verbose_name_plural = _("linjer om reaksjoner")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=sorted(Step)), name="reaction_entry_known_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.at:%H.%M}"
