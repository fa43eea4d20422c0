from datetime import datetime
from uuid import UUID

from audit.domain.actors import Actor
from audit.models import AuditEntry


def record(
    *,
    action: str,
    by: Actor,
    now: datetime,
    patient_id: UUID | None = None,
    object_id: object = "",
    reason: str = "",
) -> None:
    """Record that an actor read or changed something, in the caller's transaction.

    ``action`` is a dotted code such as ``appointment.booked``; no personal data goes in.
    """
    record_many(action=action, by=by, now=now, patients={patient_id: object_id}, reason=reason)


def record_many(
    *,
    action: str,
    by: Actor,
    now: datetime,
    patients: dict[UUID | None, object],
    reason: str = "",
) -> None:
    """Record one action on several patients (patient id to object id) in one statement."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=now,
            actor_kind=by.kind,
            actor_id=by.id,
            role=by.role,
            clinic_id=by.clinic_id,
            patient_id=patient_id,
            action=action,
            object_id=str(object_id),
            reason=reason,
            why=by.why,
            why_id=by.why_id,
        )
        for patient_id, object_id in patients.items()
    )
