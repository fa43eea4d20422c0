import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.domain.rearranging import DisplacedEnd
from appointments.models.appointments import Appointment


class Displaced(models.Model):
    """Somebody whose time the clinic moved or cancelled, and what came of it.

    Nobody is forgotten: who lost a time, or cannot be sent a message, is called (``to_call``) until
    there is a time, a dose, or an answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="displaced", verbose_name=_("time")
    )
    # The appointment's own, once it was moved: a person who has moved it since knows of it.
    sequence = models.PositiveSmallIntegerField()
    was_at = models.DateTimeField(_("hadde time"))
    # None when there was no place for them.
    became_at = models.DateTimeField(_("fikk time"), null=True)
    made_at = models.DateTimeField(_("endret"))
    to_call = models.BooleanField(_("skal ringes"))
    end = models.CharField(
        _("avsluttet slik"),
        max_length=8,
        choices=[(one.value, one.value) for one in DisplacedEnd],
        blank=True,
    )
    ended_at = models.DateTimeField(_("avsluttet"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("flyttet av stedet")
        verbose_name_plural = _("flyttet av stedet")
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "sequence", "was_at"], name="displaced_once"
            ),
            models.CheckConstraint(
                condition=Q(became_at__isnull=False) | Q(to_call=True),
                name="displaced_without_time_is_called",
            ),
            models.CheckConstraint(
                condition=Q(end="", ended_at=None)
                | Q(end__in=sorted(one.value for one in DisplacedEnd), ended_at__gte=F("made_at")),
                name="displaced_end_iff_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=Q(to_call=True, ended_at=None),
                name="displaced_to_call",
            )
        ]

    def __str__(self) -> str:
        return f"{self.was_at:%Y-%m-%d %H:%M}"
