"""Merges two rows that are one person, and takes that back.

Nothing that points at either row is moved: from then on everybody reads through ``merged_into``
(``patients.selectors``), and what one person can have only once is looked for on all their rows
(``patients.locks``).
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from audit.domain import Actor
from care.services.known_people import known_at
from care.services.merge_rules import (
    Hindrance,
    MergeRefusedError,
    UndoRefusedError,
    hindrances,
    may_be_undone,
)
from patients.locks import lock_two
from patients.models import BIRTH_DATE, ID_NUMBER, Patient, PatientMerge
from patients.services.merging import set_apart, set_merged

__all__ = [
    "Hindrance",
    "MergeRefusedError",
    "UndoRefusedError",
    "duplicates_of",
    "hindrances",
    "may_be_undone",
    "merge",
    "merges_of",
    "undo_merge",
]
MOST_SUGGESTED = 5


@transaction.atomic
def merge(*, keep_id: UUID, drop_id: UUID, reason: str, by: Actor, now: datetime) -> PatientMerge:
    """Let ``drop_id`` be read as ``keep_id`` from now on, at the clinic that ``by`` acts for.

    Pressed twice it changes nothing twice. Raises MergeRefusedError, Patient.DoesNotExist.
    """
    assert by.clinic_id is not None
    rows = lock_two(keep_id, drop_id)
    keep, drop = rows[keep_id], rows[drop_id]
    done = _standing(drop_id).filter(kept=keep_id).first()
    if done is not None:
        return done
    found = hindrances(keep, drop, clinic_id=by.clinic_id)
    if found:
        raise MergeRefusedError(found)
    return set_merged(kept=keep, dropped=drop, reason=reason, by=by, now=now)


@transaction.atomic
def undo_merge(*, drop_id: UUID, reason: str, by: Actor, now: datetime) -> None:
    """Let a merged row be a person of its own again, as long as nothing was given since.

    Pressed twice it changes nothing twice. Raises UndoRefusedError.
    """
    merged = _standing(drop_id).first()
    if merged is None:
        return
    lock_two(merged.kept_id, merged.dropped_id)
    merged.refresh_from_db()
    if merged.undone_at is not None:
        return
    if not may_be_undone(merged):
        raise UndoRefusedError
    set_apart(merged, reason=reason, by=by, now=now)


def merges_of(patient_id: UUID) -> list[PatientMerge]:
    """Return the merges that made a person of several rows, the newest first; one query."""
    return list(
        PatientMerge.objects.filter(kept=patient_id, undone_at=None)
        .select_related("dropped", "merged_by")
        .order_by("-merged_at")
    )


def duplicates_of(patient: Patient, *, clinic_id: int, but: Collection[UUID] = ()) -> list[Patient]:
    """Return who may be the same person: the same birth date and name, or the same number claimed.

    People of the clinic only, and rows that are kept; one query.
    """
    alike = Q(birth_date_hash__in=BIRTH_DATE.hashes(patient.birth_date))
    if patient.id_number_hash:
        numbers = {patient.id_number_hash, *ID_NUMBER.hashes(patient.id_number)}
        alike |= Q(id_number_hash__in=numbers)
    among = Patient.objects.filter(alike, merged_into=None).exclude(pk__in={patient.pk, *but})
    return [one for one in known_at(clinic_id, among) if _looks_like(one, patient)][:MOST_SUGGESTED]


def _looks_like(one: Patient, other: Patient) -> bool:
    if one.id_number_hash and one.has_number_of(other):
        return True
    return sorted(one.name.casefold().split()) == sorted(other.name.casefold().split())


def _standing(drop_id: UUID) -> QuerySet[PatientMerge]:
    return PatientMerge.objects.filter(dropped=drop_id, undone_at=None)
