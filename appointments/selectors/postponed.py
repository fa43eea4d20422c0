"""Who came, could have no dose that day, and was given no other time: people to be called."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from appointments.domain.status import ACTIVE, ENDED_WITHOUT_DOSE
from appointments.models import Appointment
from appointments.selectors.dose_two import dose_two_to_place
from eligibility.models import Decision

# Whom nobody has reached for so long is not called any more.
CALLED_FOR = timedelta(days=180)


def to_be_called(clinic_ids: Iterable[int], *, now: datetime) -> QuerySet[Appointment]:
    """Return the visits that ended without a dose, after which the clinic promised to call.

    Longest ago first. Whoever has answered anew since, has a time, or stands on the list of those
    who lack a place for dose 2 is not among them. With patient, decision and session; one query.
    """
    ids = list(clinic_ids)
    newest = Decision.objects.filter(patient__person_id=OuterRef("patient__person_id")).order_by(
        "-made_at"
    )
    since = Appointment.objects.filter(
        patient__person_id=OuterRef("patient__person_id"), booked_at__gte=OuterRef("ended_at")
    )
    active = Appointment.objects.filter(
        patient__person_id=OuterRef("patient__person_id"), status__in=ACTIVE
    )
    return (
        Appointment.objects.filter(
            slot__session__clinic_id__in=ids,
            status__in=ENDED_WITHOUT_DOSE,
            call_back=True,
            ended_at__gt=now - CALLED_FOR,
        )
        .filter(~Exists(since), ~Exists(active))
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .filter(newest=F("decision_id"))
        .exclude(patient__person_id__in=dose_two_to_place(ids).values("patient__person_id"))
        .select_related("slot__session", "patient__merged_into", "decision")
        .order_by("ended_at", "pk")
    )
