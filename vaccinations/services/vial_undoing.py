"""Takes a wrong click on a vial back, while nothing else has happened to it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit.domain import Actor
from audit.services import record
from vaccinations.domain.opening import may_be_undone
from vaccinations.locks import lock_stock
from vaccinations.models import Lot, Vial


class NotUndoneError(Exception):
    """The vial is unknown, it is too late, or something has happened to it since."""


def was_not_opened(*, vial_id: UUID, clinic_id: int, by: Actor, now: datetime) -> Vial:
    """Take an opening back: the stopper was not pierced, and the vial is in the stock again.

    Only where no dose was ever recorded from it; the row is kept. Raises NotUndoneError.
    """
    with transaction.atomic():
        lock_stock(clinic_id)
        vial = _locked(vial_id, clinic_id)
        if not may_be_taken_back(vial, now=now):
            raise NotUndoneError
        vial.not_opened_at = vial.closed_at = now
        vial.not_opened_by_id = int(by.id)
        vial.save(update_fields=["not_opened_at", "not_opened_by", "closed_at"])
        record(action="vial.not_opened", by=by, now=now, object_id=vial.pk, reason=vial.letter)
    return vial


def reopen(*, vial_id: UUID, clinic_id: int, by: Actor, now: datetime) -> Vial:
    """Take back that what is left in a vial was thrown away, or not obtainable.

    Raises NotUndoneError.
    """
    with transaction.atomic():
        vial = _locked(vial_id, clinic_id)
        if not may_be_reopened(vial, now=now):
            raise NotUndoneError
        vial.closed_at, vial.discarded, vial.discard_reason, vial.not_obtainable = None, 0, "", 0
        vial.save(update_fields=["closed_at", "discarded", "discard_reason", "not_obtainable"])
        record(action="vial.reopened", by=by, now=now, object_id=vial.pk)
    return vial


def may_be_taken_back(vial: Vial, *, now: datetime) -> bool:
    """Tell whether an opening can be taken back: fresh, and no dose recorded from it, ever."""
    return vial.closed_at is None and may_be_undone(vial.opened_at, now) and not vial.doses.exists()


def may_be_reopened(vial: Vial, *, now: datetime) -> bool:
    """Tell whether a closing can be taken back: fresh, by hand, and nothing has happened since."""
    if vial.closed_at is None or not may_be_undone(vial.closed_at, now):
        return False
    if not (vial.discarded or vial.not_obtainable) or vial.lot.state == Lot.State.RECALLED:
        return False
    since = Q(recorded_at__gt=vial.closed_at) | Q(voided_at__gt=vial.closed_at)
    return not vial.doses.filter(since).exists()


def _locked(vial_id: UUID, clinic_id: int) -> Vial:
    vial = (
        Vial.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lot")
        .filter(pk=vial_id, clinic_id=clinic_id)
        .first()
    )
    if vial is None:
        raise NotUndoneError
    return vial
