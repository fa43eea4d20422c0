"""The lock that what one person can have only once stands under, whichever row it is kept on.

Where somebody has one row only, a constraint says that they have a dose, or a time for it, once.
Of a person with a duplicate no constraint knows: whoever adds such a thing takes this lock and then
looks. Merging and undoing a merge take it too, so that none of them sees half a person.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import Q, Subquery

from patients.models import Patient
from patients.selectors import same_person_ids


def lock_person(patient_id: UUID) -> list[UUID]:
    """Lock the person behind a row until the transaction ends; return the keys of all their rows.

    The row itself and the one that is kept are locked, in one order; it is the last lock that a
    transaction takes. NO KEY: rows that only point at the patient are not held up. One query for
    who has no duplicate. A locked row is read as it is by then: it tells of a merge that was waited
    for.
    """
    assert transaction.get_connection().in_atomic_block
    locked: set[UUID] = set()
    while True:
        kept = Patient.objects.filter(pk=patient_id).values("merged_into_id")
        wanted = Patient.objects.filter(Q(pk=patient_id) | Q(pk=Subquery(kept)))
        rows = {
            pk: (merged_into or pk, merged_into or has_duplicates)
            for pk, merged_into, has_duplicates in wanted.select_for_update(no_key=True)
            .order_by("pk")
            .values_list("pk", "merged_into_id", "has_duplicates")
        }
        locked |= rows.keys()
        person, has_others = rows.get(patient_id, (patient_id, False))
        if not has_others:
            return [patient_id]
        if person in locked:
            return same_person_ids(patient_id)


def lock_two(one: UUID, other: UUID) -> dict[UUID, Patient]:
    """Lock two rows for a merge, in one order; return them by key. Raises Patient.DoesNotExist."""
    assert transaction.get_connection().in_atomic_block
    wanted = Patient.objects.filter(pk__in={one, other})
    found = {row.pk: row for row in wanted.select_for_update(no_key=True).order_by("pk")}
    if {one, other} - found.keys():
        raise Patient.DoesNotExist
    return found
