"""Reads of reactions after doses."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from patients.models import Patient
from vaccinations.models import Reaction


def reactions_of(patient_ids: Iterable[UUID]) -> QuerySet[Reaction]:
    """Select the reactions in force of people, the newest first: corrected ones are left out.

    Whichever row of the person is asked for, and whichever row the reaction was recorded on.
    """
    people = Patient.objects.filter(pk__in=list(patient_ids)).values("person_id")
    return (
        Reaction.objects.filter(patient__person_id__in=people, replaced_by=None)
        .select_related("dose", "recorded_by")
        .order_by("-onset_at", "-recorded_at")
    )


def under_way(dose_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the reaction that still goes on after each dose, by dose; one query."""
    found = Reaction.objects.filter(dose_id__in=list(dose_ids), ended_at=None)
    return dict(found.order_by("recorded_at").values_list("dose_id", "pk"))


def clinic_of_reaction(reaction_id: UUID) -> int | None:
    """Return the id of the clinic where the dose before it was given, None for an unknown one."""
    return (
        Reaction.objects.filter(pk=reaction_id)
        .values_list("dose__vial__clinic_id", flat=True)
        .first()
    )
