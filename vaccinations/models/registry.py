import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vaccinations.domain.registry import ReportKind
from vaccinations.models.doses import Dose


class RegistryReport(models.Model):
    """A dose stands in the national register (R38), or its voiding does. Staff say so.

    One that was marked by mistake is taken back, never deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dose = models.ForeignKey(
        Dose, on_delete=models.PROTECT, related_name="registry_reports", verbose_name=_("dose")
    )
    kind = models.CharField(max_length=6, choices=[(k.value, k.value) for k in ReportKind])
    registered_on = models.DateField(_("ført i SYSVAK"))
    reference = models.CharField(_("referanse"), max_length=60, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("ført av"),
    )
    at = models.DateTimeField(_("merket"))
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("føring i SYSVAK")
        verbose_name_plural = _("føringer i SYSVAK")
        constraints = [
            models.UniqueConstraint(
                fields=["dose", "kind"],
                condition=Q(taken_back_at=None),
                name="registry_report_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(ReportKind)), name="registry_report_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) ^ Q(taken_back_by__isnull=False),
                name="registry_report_taken_back_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.registered_on:%Y-%m-%d}"
