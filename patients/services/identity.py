"""Compares a person who has come with their ID: corrected, confirmed, and taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from audit.domain import Actor
from audit.services import record
from encryption.keys import keys_are_changing
from patients.domain.names import clean_name
from patients.models import IdentityCheck, Patient
from patients.selectors import birth_date_hash, id_number_hash, kept_row, seen_with
from patients.services.activations import end_access
from patients.services.registration import confirm_identity

# What is told of in the access log when it changes; the values never are.
_CORRECTED = ("given_name", "family_name", "birth_date")
_KEPT = (*_CORRECTED, "id_kind", "id_number", "no_number_why", "call_name")


@dataclass(frozen=True)
class Shown:
    """What an ID shows, or is known of who shows it. ``no_number_why`` where it has no number."""

    given_name: str
    family_name: str
    birth_date: date
    id_kind: str
    id_number: str
    no_number_why: str = ""
    call_name: str = ""


@transaction.atomic
def check_identity(
    *, patient_id: UUID, visit_id: UUID, document: str, shown: Shown, by: Actor, now: datetime
) -> IdentityCheck:
    """Keep that staff saw an ID of this kind at a visit, and what it shows; note what it corrects.

    A number that was seen before is kept where the ID shows none. Raises Patient.DoesNotExist,
    InvalidNameError, InvalidIdNumberError, IdentityTakenError; then nothing has changed.
    """
    patient = Patient.objects.select_for_update().get(pk__in=kept_row(patient_id))
    before, seen_before = _kept(patient), patient.id_seen_at is not None
    standing = _standing(visit_id).first()
    if standing and standing.document == document and _shows(shown, before):
        return standing  # the button was pressed twice
    patient.given_name = clean_name(shown.given_name)
    patient.family_name = clean_name(shown.family_name)
    patient.birth_date = shown.birth_date
    patient.birth_date_hash = birth_date_hash(shown.birth_date)
    patient.call_name = clean_name(shown.call_name) if shown.call_name else ""
    patient.no_number_why = ""
    patient.save(update_fields=[*_CORRECTED, "birth_date_hash", "call_name", "no_number_why"])
    confirm_identity(
        patient_id=patient_id, id_kind=shown.id_kind, id_number=shown.id_number, by=by, now=now
    )
    patient.refresh_from_db()
    if not patient.id_number:
        patient.no_number_why = shown.no_number_why
        patient.save(update_fields=["no_number_why"])
    after = _kept(patient)
    told = (*_CORRECTED, "id_number") if seen_before and before["id_number"] else _CORRECTED
    _note("patient.corrected", before, after, told, patient.pk, by=by, now=now)
    return IdentityCheck.objects.create(
        patient=patient,
        visit_id=visit_id,
        document=document,
        before=before,
        after=after,
        checked_by_id=int(by.id),
        checked_at=now,
    )


@transaction.atomic
def undo_identity(*, visit_id: UUID, by: Actor, now: datetime) -> None:
    """Take back what the checks at a visit found: it may have been somebody else who came.

    What has been changed since, by another visit or in another way, stays as it is. A number that
    has meanwhile been seen in somebody else's ID goes back to being a claim.
    """
    checks = list(_standing(visit_id))
    if not checks:
        return
    patient = Patient.objects.select_for_update().get(pk__in=kept_row(checks[0].patient_id))
    was = _kept(patient)
    for check in checks:
        _restore(patient, check)
    patient.birth_date_hash = birth_date_hash(patient.birth_date)
    patient.id_number_hash = id_number_hash(patient.id_number)
    if patient.id_number:
        patient.no_number_why = ""
    if keys_are_changing() and seen_with(patient.id_number, but=patient.pk):
        patient.id_seen_at = None
    try:
        with transaction.atomic():
            patient.save(update_fields=_COLUMNS)
    except IntegrityError:
        patient.id_seen_at = None
        patient.save(update_fields=_COLUMNS)
    IdentityCheck.objects.filter(pk__in=[check.pk for check in checks]).update(undone_at=now)
    # It may have been somebody else who was handed the way to this person's pages. Nobody has it
    # of whom no ID is seen any more, whenever they got it.
    since = checks[-1].checked_at if patient.id_seen_at else None
    end_access(patient_id=patient.pk, since=since, by=by, now=now)
    _note("patient.identity_undone", was, _kept(patient), _KEPT, patient.pk, by=by, now=now)


_COLUMNS = [*_KEPT, "birth_date_hash", "id_number_hash", "id_seen_at"]


def _standing(visit_id: UUID) -> QuerySet[IdentityCheck]:
    """Return what was checked at a visit and not taken back, the newest first."""
    return IdentityCheck.objects.filter(visit_id=visit_id, undone_at=None).order_by("-checked_at")


def _shows(shown: Shown, kept: dict[str, Any]) -> bool:
    """Tell whether an ID shows what is kept."""
    names = clean_name(shown.given_name), clean_name(shown.family_name)
    return (
        names == (kept["given_name"], kept["family_name"])
        and shown.birth_date.isoformat() == kept["birth_date"]
        and (shown.id_number or "") == kept["id_number"]
        and shown.no_number_why == kept["no_number_why"]
        and shown.call_name == kept["call_name"]
    )


def _kept(patient: Patient) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(patient, name) for name in _KEPT}
    values["birth_date"] = patient.birth_date.isoformat()
    values["id_seen_at"] = patient.id_seen_at.isoformat() if patient.id_seen_at else None
    return values


def _restore(patient: Patient, check: IdentityCheck) -> None:
    """Give back what was there before a check, where it is still what the check left.

    After a while it is not known any more (see ``retention``): then nothing is given back.
    """
    if not check.after:
        return
    now_kept = _kept(patient)
    together = {"id_kind", "id_number", "no_number_why", "id_seen_at"}
    # A number, its kind and when it was seen go together.
    same_number = all(now_kept[name] == check.after[name] for name in together)
    for name, value in check.before.items():
        if not (same_number if name in together else now_kept[name] == check.after[name]):
            continue
        if name == "birth_date":
            patient.birth_date = date.fromisoformat(value)
        elif name == "id_seen_at":
            patient.id_seen_at = datetime.fromisoformat(value) if value else None
        else:
            setattr(patient, name, value)


def _note(
    action: str,
    before: dict[str, Any],
    after: dict[str, Any],
    names: tuple[str, ...],
    patient_id: UUID,
    *,
    by: Actor,
    now: datetime,
) -> None:
    changed = [name for name in names if before[name] != after[name]]
    if changed or action == "patient.identity_undone":
        reason = ", ".join(changed)
        record(action=action, by=by, now=now, patient_id=patient_id, reason=reason)
