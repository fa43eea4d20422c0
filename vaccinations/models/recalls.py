import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models import Patient
from vaccinations.models.stock import Lot


class Recall(models.Model):
    """A lot's recall at its clinic: why, and who decided it. A lot is recalled once, for good."""

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="recall")
    reason = models.CharField(_("hvorfor"), max_length=500)
    at = models.DateTimeField(_("når"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("hvem")
    )

    class Meta:
        verbose_name = _("tilbakekalling")
        verbose_name_plural = _("tilbakekallinger")

    def __str__(self) -> str:
        return f"{self.lot} {self.at:%Y-%m-%d}"


class RecallContact(models.Model):
    """Somebody who had a dose of a recalled lot, to be talked with and then ticked off."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="contacts")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(_("snakket med"), null=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("person å kontakte")
        verbose_name_plural = _("personer å kontakte")
        constraints = [
            models.UniqueConstraint(fields=["recall", "patient"], name="recall_contact_once"),
            models.CheckConstraint(
                condition=Q(told_at=None) ^ Q(told_by__isnull=False),
                name="recall_contact_told_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recall_id} {self.pk}"
