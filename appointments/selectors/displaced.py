"""Whose time the clinic cancelled or moved, and who is still to be called about it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment, Displaced
from vaccinations.models import Dose


def lacking_a_time(clinic_ids: Iterable[int], *, now: datetime) -> QuerySet[Displaced]:
    """Return those who lost a time, or cannot be told of the new one; longest ago first.

    Until they have a time, have had the dose, or staff have noted that they were told or want none.
    With appointment, patient, decision and session; one query.
    """
    same_dose = {
        "patient__person_id": OuterRef("appointment__patient__person_id"),
        "dose_number": OuterRef("appointment__dose_number"),
    }
    active = Appointment.objects.filter(status__in=ACTIVE, **same_dose)
    given = Dose.objects.filter(voided_at=None, **same_dose)
    without_time = Q(became_at=None) & ~Exists(active)
    untold = Q(
        became_at__gt=now,
        appointment__status=Status.BOOKED,
        appointment__sequence=F("sequence"),
    )
    return (
        Displaced.objects.filter(
            without_time | untold,
            appointment__slot__session__clinic_id__in=list(clinic_ids),
            to_call=True,
            ended_at=None,
        )
        .filter(~Exists(given))
        .select_related("appointment__slot__session", "appointment__patient__merged_into")
        .order_by("made_at", "was_at", "pk")
    )
