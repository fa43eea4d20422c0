import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.sessions import ClinicSession
from encryption.fields import EncryptedTextField


class DayClosing(models.Model):
    """The end of a clinic day, with its figures; an admin may reopen the day.

    Something else than a session closed for booking. One is in force at most: a day that is ended
    again has another row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        ClinicSession, on_delete=models.PROTECT, related_name="closings", verbose_name=_("dag")
    )
    closed_at = models.DateTimeField(_("avsluttet"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("avsluttet av"),
    )
    # DayNumbers as they were then.
    numbers = models.JSONField(_("tall"))
    reopened_at = models.DateTimeField(_("gjenåpnet"), null=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("gjenåpnet av"),
    )
    reopen_reason = EncryptedTextField(_("gjenåpnet fordi"), blank=True)

    class Meta:
        verbose_name = _("avslutning av dagen")
        verbose_name_plural = _("avslutninger av dager")
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(reopened_at=None), name="closing_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(reopened_at=None, reopened_by=None)
                | Q(reopened_at__gte=F("closed_at"), reopened_by__isnull=False),
                name="closing_reopening_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closed_at:%Y-%m-%d %H:%M}"
