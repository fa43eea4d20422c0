from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from audit.domain.actors import Actor
from audit.locks import hold_seals
from audit.models import AuditEntry, Seal

# What is recorded is dated no earlier; None but for those who write a past.
_earliest: ContextVar[datetime | None] = ContextVar("earliest", default=None)


@contextmanager
def after_the_seals() -> Iterator[None]:
    """Date nothing before the newest seal; nobody seals until the transaction ends.

    For whoever writes a past, as the demo does: a row that is older than a seal, and not in it, was
    not there when that was made, and ``verify_audit`` says so. Call it in a transaction.
    """
    hold_seals()
    newest = Seal.objects.order_by("-number").first()
    before = _earliest.set(newest.sealed_at if newest else None)
    try:
        yield
    finally:
        _earliest.reset(before)


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
    earliest = _earliest.get()
    at = max(now, earliest) if earliest else now
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=at,
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
