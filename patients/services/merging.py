"""Keeps which rows are one person; what may be merged is for care.services.merging to say."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record_many
from patients.models import Patient, PatientMerge
from patients.services.activations import end_access
from patients.services.needs import set_needs


@transaction.atomic
def set_merged(
    *, kept: Patient, dropped: Patient, reason: str, by: Actor, now: datetime
) -> PatientMerge:
    """Let a row be read as another's from now on. Both must be locked.

    What protects or helps the person holds whichever row it was told on: a protected address, and
    an interpreter where the row that is kept names none.
    """
    dropped.merged_into = kept
    dropped.save(update_fields=["merged_into"])
    kept.has_duplicates = True
    kept.save(update_fields=["has_duplicates"])
    merge = PatientMerge.objects.create(
        kept=kept, dropped=dropped, reason=reason, merged_by_id=int(by.id), merged_at=now
    )
    set_needs(
        patient_id=kept.pk,
        interpreter=None if kept.interpreter else dropped.interpreter,
        protected_address=dropped.protected_address or None,
        by=by,
        now=now,
    )
    _record("patient.merged", merge, reason, by=by, now=now)
    return merge


@transaction.atomic
def set_apart(merge: PatientMerge, *, reason: str, by: Actor, now: datetime) -> None:
    """Let two rows be read as two people again. Both must be locked.

    Access handed over since they were merged ends: to which of the two, nobody can tell.
    """
    end_access(patient_id=merge.kept_id, since=merge.merged_at, by=by, now=now)
    Patient.objects.filter(pk=merge.dropped_id).update(merged_into=None)
    still = Patient.objects.filter(merged_into=merge.kept_id).exists()
    Patient.objects.filter(pk=merge.kept_id).update(has_duplicates=still)
    PatientMerge.objects.filter(pk=merge.pk).update(
        undone_at=now, undone_by=int(by.id), undo_reason=reason
    )
    _record("patient.merge_undone", merge, reason, by=by, now=now)


def _record(action: str, merge: PatientMerge, reason: str, *, by: Actor, now: datetime) -> None:
    rows: dict[UUID | None, object] = {
        merge.kept_id: merge.dropped_id,
        merge.dropped_id: merge.kept_id,
    }
    record_many(action=action, by=by, now=now, patients=rows, reason=reason)
