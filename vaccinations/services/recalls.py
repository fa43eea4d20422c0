"""Recalls a lot at a clinic, and notes who is to be talked with about it."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from vaccinations.domain.lot_state import LotMove, LotState, lot_target
from vaccinations.locks import lock_stock
from vaccinations.models import Dose, Lot, LotEntry, Recall, RecallContact, Vial
from vaccinations.services.lot_moves import LotChangedMeanwhileError
from vaccinations.services.stock import LotUnknownError, ReasonMissingError, write_line
from vaccinations.services.vials import VialClosedError, discard


def recall_lot(*, lot_id: int, clinic_id: int, reason: str, by: Actor, now: datetime) -> Recall:
    """Recall a lot for good and close its open vials; recalled before, it stays as it was.

    The lock on the clinic's stock lets nobody open a vial of it meanwhile; a dose that is being
    recorded from an open vial holds that vial, and is waited for. Called again, it adds those whose
    dose was recorded since. Raises LotUnknownError, ReasonMissingError, LotChangedMeanwhileError.
    """
    if not reason.strip():
        raise ReasonMissingError
    with transaction.atomic():
        lock_stock(clinic_id)
        lot = Lot.objects.filter(pk=lot_id, clinic_id=clinic_id).first()
        if lot is None:
            raise LotUnknownError
        if lot.state != LotState.RECALLED:
            _stop(lot, reason, by=by, now=now)
        recall, _made = Recall.objects.get_or_create(
            lot=lot, defaults={"reason": reason.strip(), "at": now, "by_id": int(by.id)}
        )
        open_vials = Vial.objects.filter(lot=lot, closed_at=None).order_by("pk")
        for vial_id in list(open_vials.values_list("pk", flat=True)):
            with suppress(VialClosedError):  # emptied or thrown away this very moment
                discard(
                    vial_id=vial_id,
                    clinic_id=clinic_id,
                    reason=Vial.DiscardReason.LOT_STOPPED,
                    by=by,
                    now=now,
                )
        _note_people(recall, now=now)
    return recall


def note_told(*, contact_id: UUID, told: bool, by: Actor, now: datetime) -> bool:
    """Tick a person off as talked with, or take that back; False when it was so before."""
    with transaction.atomic():
        # A person may have been noted on two rows that were merged since: they are called once.
        of_person = RecallContact.objects.filter(pk=contact_id).values(
            "recall_id", "patient__person_id"
        )
        changed = RecallContact.objects.filter(
            recall__in=of_person.values("recall_id"),
            patient__person_id__in=of_person.values("patient__person_id"),
            told_at__isnull=told,
        ).update(told_at=now if told else None, told_by=int(by.id) if told else None)
        if changed:
            patient_id = RecallContact.objects.values_list("patient_id", flat=True).get(
                pk=contact_id
            )
            action = "recall.told" if told else "recall.told_undone"
            record(action=action, by=by, now=now, patient_id=patient_id, object_id=contact_id)
    return bool(changed)


def _stop(lot: Lot, reason: str, *, by: Actor, now: datetime) -> None:
    seen, goal = lot.state, lot_target(LotMove.RECALL, lot.state)
    if Lot.objects.filter(pk=lot.pk, state=seen).update(state=goal) != 1:
        raise LotChangedMeanwhileError
    write_line(lot, LotEntry.Kind.RECALLED, note=reason, by=by, now=now)
    record(action="lot.recalled", by=by, now=now, object_id=lot.pk, reason=f"{seen} {goal}")


def _note_people(recall: Recall, *, now: datetime) -> None:
    counted = Dose.objects.filter(lot_id=recall.lot_id, voided_at=None)
    # Each person once, by the row that has the dose: a merge may be undone.
    people = dict(counted.order_by("-given_at").values_list("patient__person_id", "patient_id"))
    known = set(recall.contacts.values_list("patient__person_id", flat=True))
    RecallContact.objects.bulk_create(
        [
            RecallContact(recall=recall, patient_id=patient_id, made_at=now)
            for patient_id in sorted(people[one] for one in people.keys() - known)
        ]
    )
