"""Ends the matter of people whose time the clinic changed, once somebody has talked with them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.rearranging import DisplacedEnd
from appointments.models import Displaced
from audit.domain import Actor
from audit.services import record


def told(*, displaced_id: UUID, by: Actor, now: datetime) -> bool:
    """Note that a person knows of the new time; False when the matter had ended before."""
    return _end(displaced_id, DisplacedEnd.TOLD, by=by, now=now)


def decline(*, displaced_id: UUID, by: Actor, now: datetime) -> bool:
    """Note that a person wants no other time; False when the matter had ended before."""
    return _end(displaced_id, DisplacedEnd.DECLINED, by=by, now=now)


def _end(displaced_id: UUID, end: DisplacedEnd, *, by: Actor, now: datetime) -> bool:
    with transaction.atomic():
        ended = Displaced.objects.filter(pk=displaced_id, ended_at=None).update(
            end=end, ended_at=now, ended_by=int(by.id) if by.id else None
        )
        if ended:
            patients = Displaced.objects.values_list("appointment__patient_id", flat=True)
            record(
                action=f"displaced.{end}",
                by=by,
                now=now,
                patient_id=patients.get(pk=displaced_id),
                object_id=displaced_id,
            )
    return bool(ended)
