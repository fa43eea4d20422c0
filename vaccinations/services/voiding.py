"""Voids the record of a dose, and gives its vial back what was not drawn from it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from vaccinations.domain.vial_balance import UNITS_PER_VIAL, units
from vaccinations.models import Dose, Lot, Vial


class AlreadyVoidedError(Exception):
    """The record has been voided before."""


class VoidReasonMissingError(Exception):
    """Nobody has written why the record is wrong."""


def void(*, dose_id: UUID, reason: str, by: Actor, now: datetime) -> Dose:
    """Void a record; it stays, with who voided it and why.

    Its vial is not settled yet: call ``settle_vial`` once a record in its place is written, if any.
    Raises VoidReasonMissingError, AlreadyVoidedError.
    """
    if not reason.strip():
        raise VoidReasonMissingError
    with transaction.atomic():
        dose = Dose.objects.get(pk=dose_id)
        dose.voided_at, dose.voided_by_id = now, int(by.id)
        dose.void_reason = reason.strip()
        # By compare-and-set: of two who void it at once, one does.
        locked = Dose.objects.select_for_update(no_key=True).filter(pk=dose_id, voided_at=None)
        if not locked.values_list("pk"):
            raise AlreadyVoidedError
        dose.save(update_fields=["voided_at", "voided_by", "void_reason"])
        record(action="dose.voided", by=by, now=now, patient_id=dose.patient_id, object_id=dose.pk)
    return dose


def settle_vial(vial_id: UUID, *, by: Actor, now: datetime, day_ended: bool = False) -> Vial:
    """Let the account of a closed vial make 5 again after a record was voided.

    What was not drawn went where the rest of the vial went: it was not to be got out, or was thrown
    away. A vial that closed with its last dose is open again while it may be used; after that, or
    where its lot is recalled, or the clinic's day is ended, what was left in it is waste.
    """
    with transaction.atomic():
        locked = Vial.objects.select_for_update(of=("self",), no_key=True)
        vial = locked.select_related("lot").get(pk=vial_id)
        given = vial.doses.filter(voided_at=None).values_list("volume_ml", flat=True)
        spent = sum(map(units, given)) + vial.discarded + vial.not_obtainable
        missing = UNITS_PER_VIAL - spent
        if vial.closed_at is None or missing <= 0:
            return vial
        if vial.discarded:
            vial.discarded += missing
        elif vial.not_obtainable:
            vial.not_obtainable += missing
        elif vial.lot.state == Lot.State.RECALLED:
            vial.discarded, vial.discard_reason = missing, Vial.DiscardReason.LOT_STOPPED
        elif now >= vial.use_before:
            vial.discarded, vial.discard_reason = missing, Vial.DiscardReason.WINDOW_ENDED
        elif not day_ended:
            vial.closed_at = None
        else:
            vial.discarded, vial.discard_reason = missing, Vial.DiscardReason.END_OF_DAY
        vial.save(update_fields=["discarded", "discard_reason", "not_obtainable", "closed_at"])
        record(action="vial.corrected", by=by, now=now, object_id=vial.pk)
    return vial
