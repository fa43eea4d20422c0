"""Who came, could have no dose that day, and was given no other time: people to be called."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment
from appointments.selectors.dose_two import dose_two_to_place
from eligibility.domain.decision import Outcome
from eligibility.models import Decision

# Whom nobody has reached for so long is not called any more.
CALLED_FOR = timedelta(days=180)
# A fever, a reaction on the arm, or too few days since the last dose (R31, R34, A11).
_ONLY_POSTPONED = (Outcome.DEFER, Outcome.ELIGIBLE)


def to_be_called(clinic_ids: Iterable[int], *, now: datetime) -> QuerySet[Appointment]:
    """Return the visits that ended with "not today" and led to no new time; longest ago first.

    Whoever has answered anew since, has a time, or stands on the list of those who lack a place for
    dose 2 is not among them. With patient, decision and session; one query.
    """
    ids = list(clinic_ids)
    newest = Decision.objects.filter(patient=OuterRef("patient")).order_by("-made_at")
    since = Appointment.objects.filter(
        patient=OuterRef("patient"), booked_at__gte=OuterRef("ended_at")
    )
    active = Appointment.objects.filter(patient=OuterRef("patient"), status__in=ACTIVE)
    return (
        Appointment.objects.filter(
            slot__session__clinic_id__in=ids,
            status=Status.TURNED_AWAY,
            ended_at__gt=now - CALLED_FOR,
            decision__outcome__in=_ONLY_POSTPONED,
        )
        .filter(~Exists(since), ~Exists(active))
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .filter(newest=F("decision_id"))
        .exclude(patient__in=dose_two_to_place(ids).values("patient"))
        .select_related("slot__session", "patient", "decision")
        .order_by("ended_at", "pk")
    )
