"""What a person needs so that a visit goes well: an interpreter, an address that stays unknown."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from patients.domain.languages import clean_language
from patients.domain.names import clean_name
from patients.models import Patient
from patients.selectors import kept_row


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
    patient = Patient.objects.select_for_update(no_key=True).get(pk__in=kept_row(patient_id))
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
        patient_id=patient.pk,
        reason=", ".join(changed),
    )
    return patient


@transaction.atomic
def set_call_name(*, patient_id: UUID, call_name: str, by: Actor, now: datetime) -> Patient:
    """Keep what to call out for a person in the waiting room; "" for their name.

    Raises Patient.DoesNotExist, InvalidNameError.
    """
    patient = Patient.objects.select_for_update(no_key=True).get(pk__in=kept_row(patient_id))
    wanted = clean_name(call_name) if call_name else ""
    if wanted == patient.call_name:
        return patient
    patient.call_name = wanted
    patient.save(update_fields=["call_name"])
    record(action="patient.call_name_changed", by=by, now=now, patient_id=patient_id)
    return patient
