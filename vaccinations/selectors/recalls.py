"""Whom a clinic has still to talk with about a recalled lot."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef

from vaccinations.models import Dose, RecallContact


@dataclass(frozen=True)
class OpenRecall:
    """A recalled lot of a clinic with ``waiting`` people still to be talked with."""

    clinic_id: int
    lot_id: int
    number: str
    waiting: int


def open_recalls(clinic_ids: Iterable[int]) -> list[OpenRecall]:
    """List the recalls of clinics with somebody still to be called; one query."""
    told = RecallContact.objects.filter(
        recall=OuterRef("recall"),
        patient__person_id=OuterRef("patient__person_id"),
        told_at__isnull=False,
    )
    rows = (
        RecallContact.objects.filter(~Exists(told), recall__lot__clinic_id__in=list(clinic_ids))
        .values_list("recall__lot__clinic_id", "recall__lot_id", "recall__lot__number")
        .annotate(waiting=Count("patient__person_id", distinct=True))
        .order_by("recall__lot__number")
    )
    return [OpenRecall(*row) for row in rows]


def contacts_of(lot_id: int) -> list[RecallContact]:
    """Return the people of a recalled lot, with their doses of it as ``patient.of_lot``.

    Each person once, also one who was noted on two rows that were merged since, and by the row that
    is kept: one of them that somebody talked with, if any. Two queries.
    """
    of_lot = defaultdict(list)
    doses = Dose.objects.filter(lot_id=lot_id).annotate(person_id=F("patient__person_id"))
    for dose in doses.order_by("given_at"):
        of_lot[dose.person_id].append(dose)
    noted = RecallContact.objects.filter(recall__lot_id=lot_id).select_related(
        "patient__merged_into", "told_by"
    )
    found: dict[UUID, RecallContact] = {}
    for contact in noted.order_by(F("told_at").asc(nulls_last=True), "made_at", "pk"):
        found.setdefault(contact.patient.person_id, contact)
    for person_id, contact in found.items():
        contact.patient = contact.patient.kept
        contact.patient.of_lot = of_lot[person_id]  # type: ignore[attr-defined]
    return sorted(found.values(), key=lambda one: (one.made_at, one.pk))
