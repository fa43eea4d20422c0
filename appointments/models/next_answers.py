import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from patients.models import Patient


class NextAnswer(models.Model):
    """What somebody said when reminded of dose 2: that it is not needed, and why.

    A person's word, not a clinical fact: it holds the reminders back until staff have looked, and
    changes neither dose nor decision. What staff find true they record where it belongs.
    """

    class Said(models.TextChoices):
        ELSEWHERE = "elsewhere", _("har fått den et annet sted")
        MPOX = "mpox", _("har hatt sykdommen, påvist med prøve")

    class End(models.TextChoices):
        HOLDS = "holds", _("det stemmer")
        HOLDS_NOT = "holds_not", _("dose 2 er fortsatt aktuell")
        TAKEN_BACK = "taken_back", _("trukket tilbake av personen")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="next_answers")
    # Whose staff look at it: the clinic that gave dose 1.
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="+", verbose_name=_("sted")
    )
    said = models.CharField(_("hva"), max_length=9, choices=Said.choices)
    said_at = models.DateTimeField(_("sagt"))
    end = models.CharField(_("avsluttet slik"), max_length=10, choices=End.choices, blank=True)
    ended_at = models.DateTimeField(_("avsluttet"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("svar om neste dose")
        verbose_name_plural = _("svar om neste dose")
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at=None), name="next_answer_one_open"
            ),
            models.CheckConstraint(
                condition=Q(said__in=["elsewhere", "mpox"]), name="next_answer_known"
            ),
            models.CheckConstraint(
                condition=Q(end="", ended_at=None, ended_by=None)
                | Q(end="taken_back", ended_at__isnull=False, ended_by=None)
                | Q(
                    end__in=["holds", "holds_not"],
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
                name="next_answer_end_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said} {self.said_at:%Y-%m-%d}"
