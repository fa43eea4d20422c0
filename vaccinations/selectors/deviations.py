"""The doses that deviated, and whether somebody with responsibility has seen it."""

from collections.abc import Iterable

from django.db.models import QuerySet

from vaccinations.models import Dose


def deviating(clinic_ids: Iterable[int]) -> QuerySet[Dose]:
    """Return the doses given at some clinics outside of something, the unseen first, then newest.

    Also those that were voided since: what happened is to be seen. One query.
    """
    return (
        Dose.objects.filter(vial__clinic_id__in=clinic_ids)
        .exclude(deviation="")
        .select_related("patient__merged_into", "vial", "vaccinator", "deviation_seen__seen_by")
        .order_by("-deviation_seen__seen_at", "-given_at", "pk")
    )


def unseen_deviations(clinic_ids: Iterable[int]) -> QuerySet[Dose]:
    """Return those that nobody has said they have seen."""
    return (
        Dose.objects.filter(vial__clinic_id__in=clinic_ids, deviation_seen=None)
        .exclude(deviation="")
        .order_by("given_at")
    )
