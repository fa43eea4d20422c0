"""Notes that somebody with responsibility has seen a deviation."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.domain import Actor
from audit.services import record
from vaccinations.models import DeviationSeen, Dose


class SeenAlreadyError(Exception):
    """A colleague has seen it before."""


class NoDeviationError(Exception):
    """The dose deviated in nothing."""


def note_seen(*, dose_id: UUID, comment: str, by: Actor, now: datetime) -> DeviationSeen:
    """Note that a dose's deviation was seen, with what is to be said about it.

    Raises SeenAlreadyError, NoDeviationError.
    """
    dose = Dose.objects.get(pk=dose_id)
    if not dose.deviation:
        raise NoDeviationError
    if DeviationSeen.objects.filter(dose=dose).exists():
        raise SeenAlreadyError
    try:
        with transaction.atomic():
            seen = DeviationSeen.objects.create(
                dose=dose, seen_at=now, seen_by_id=int(by.id), comment=comment.strip()
            )
            record(
                action="deviation.seen",
                by=by,
                now=now,
                patient_id=dose.patient_id,
                object_id=dose.pk,
            )
    except IntegrityError as error:
        raise SeenAlreadyError from error
    return seen
