"""What staff write for each other about a person: kept as written, or withdrawn."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from patients.domain.invisible import without_invisible
from patients.models import Patient, PatientNote
from patients.selectors import kept_row

LONGEST_NOTE = 500
# The same words by the same hand so soon after are the button pressed twice.
PRESSED_TWICE_SECONDS = 60


class NoteEmptyError(Exception):
    """Nothing is written."""


class NoteTooLongError(Exception):
    """More is written than a note may hold."""


@transaction.atomic
def write_note(*, patient_id: UUID, text: str, by: Actor, now: datetime) -> PatientNote:
    """Keep a note for the staff of the clinic that ``by`` acts for. The log says that, not what.

    Raises NoteEmptyError, NoteTooLongError, Patient.DoesNotExist.
    """
    assert by.clinic_id is not None
    words = without_invisible(text).strip()
    if not words:
        raise NoteEmptyError
    if len(words) > LONGEST_NOTE:
        raise NoteTooLongError
    person = Patient.objects.only("pk").get(pk__in=kept_row(patient_id)).pk
    own = {"patient_id": person, "clinic_id": by.clinic_id, "written_by_id": int(by.id)}
    for one in PatientNote.objects.filter(withdrawn_at=None, **own).order_by("-written_at")[:1]:
        recent = (now - one.written_at).total_seconds() < PRESSED_TWICE_SECONDS
        if recent and one.text == words:
            return one
    note = PatientNote.objects.create(text=words, written_at=now, **own)
    record(action="note.written", by=by, now=now, patient_id=person, object_id=note.pk)
    return note


@transaction.atomic
def withdraw_note(*, note_id: UUID, by: Actor, now: datetime) -> None:
    """Let a note be shown no more; who wrote and withdrew it stays known. Twice changes nothing."""
    assert by.clinic_id is not None
    changed = PatientNote.objects.filter(
        pk=note_id, clinic_id=by.clinic_id, withdrawn_at=None
    ).update(withdrawn_at=now, withdrawn_by=int(by.id))
    if changed:
        patient_id = PatientNote.objects.values_list("patient_id", flat=True).get(pk=note_id)
        record(action="note.withdrawn", by=by, now=now, patient_id=patient_id, object_id=note_id)
