"""What a person needs so that a visit goes well: an interpreter, an address that stays unknown."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from patients.domain.languages import clean_language
from patients.models import Patient


@transaction.atomic
def set_needs(
    *,
    patient_id: UUID,
    interpreter: str | None = None,
    protected_address: bool | None = None,
    by: Actor,
    now: datetime,
) -> Patient:
    """Keep what a person needs; None leaves what is kept as it is, and so does no difference.

    ``interpreter`` is the language, as the person or staff wrote it; "" for none. The access log
    says which of the two changed, never to what. Raises Patient.DoesNotExist, InvalidLanguageError.
    """
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient_id)
    wanted = {
        "interpreter": None if interpreter is None else clean_language(interpreter),
        "protected_address": protected_address,
    }
    changed = [
        name
        for name, value in wanted.items()
        if value is not None and value != getattr(patient, name)
    ]
    if not changed:
        return patient
    for name in changed:
        setattr(patient, name, wanted[name])
    patient.save(update_fields=changed)
    record(
        action="patient.needs_changed",
        by=by,
        now=now,
        patient_id=patient_id,
        reason=", ".join(changed),
    )
    return patient
