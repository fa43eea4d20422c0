"""Stops a lot and lets it go again: excursion, quarantine, release."""

from datetime import datetime

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from vaccinations.domain.lot_state import LotMove, lot_target
from vaccinations.locks import lock_stock
from vaccinations.models import Lot, LotEntry
from vaccinations.services.signing import signer
from vaccinations.services.stock import LotUnknownError, ReasonMissingError, write_line


class LotChangedMeanwhileError(Exception):
    """A colleague has moved the lot in between."""


class ExcursionTimeError(Exception):
    """An excursion ends after it begins, and not in the future."""


def report_excursion(
    *,
    lot_id: int,
    clinic_id: int,
    since: datetime,
    until: datetime,
    temperatures: str,
    by: Actor,
    now: datetime,
) -> Lot:
    """Record that a lot was too warm or too cold, and put it in quarantine.

    ``temperatures`` says what was read off, as told.
    Raises ExcursionTimeError, ReasonMissingError, LotMoveNotAllowedError, LotChangedMeanwhileError.
    """
    if not since <= until <= now:
        raise ExcursionTimeError
    return _move(
        LotMove.REPORT_EXCURSION,
        LotEntry.Kind.EXCURSION,
        lot_id=lot_id,
        clinic_id=clinic_id,
        note=temperatures,
        since=since,
        until=until,
        by=by,
        now=now,
    )


def quarantine(*, lot_id: int, clinic_id: int, note: str, by: Actor, now: datetime) -> Lot:
    """Stop a lot until somebody has found out.

    Raises ReasonMissingError, LotMoveNotAllowedError, LotChangedMeanwhileError.
    """
    return _move(
        LotMove.QUARANTINE,
        LotEntry.Kind.QUARANTINED,
        lot_id=lot_id,
        clinic_id=clinic_id,
        note=note,
        by=by,
        now=now,
    )


def release(*, lot_id: int, clinic_id: int, note: str, by: Actor, now: datetime) -> Lot:
    """Let a lot out of quarantine: a clinician with an HPR number answers for it.

    Raises NotAClinicianError, NoHprNumberError and what ``quarantine`` raises.
    """
    signer(clinic_id=clinic_id, by=by, now=now)
    return _move(
        LotMove.RELEASE,
        LotEntry.Kind.RELEASED,
        lot_id=lot_id,
        clinic_id=clinic_id,
        note=note,
        by=by,
        now=now,
    )


def _move(
    move: LotMove,
    kind: LotEntry.Kind,
    *,
    lot_id: int,
    clinic_id: int,
    note: str,
    by: Actor,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Lot:
    if not note.strip():
        raise ReasonMissingError
    with transaction.atomic():
        lock_stock(clinic_id)
        lot = Lot.objects.filter(pk=lot_id, clinic_id=clinic_id).first()
        if lot is None:
            raise LotUnknownError
        seen, goal = lot.state, lot_target(move, lot.state)
        # A recall does not queue on this clinic's stock: whoever writes first has moved it.
        if Lot.objects.filter(pk=lot_id, state=seen).update(state=goal) != 1:
            raise LotChangedMeanwhileError
        write_line(lot, kind, note=note, since=since, until=until, by=by, now=now)
        record(action=f"lot.{kind}", by=by, now=now, object_id=lot_id, reason=f"{seen} {goal}")
    lot.state = goal
    return lot
