"""How a person is reached, as they tell it later."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from notifications.domain.kinds import CHANNELS
from patients.domain.contact import Contact
from patients.models import Patient
from patients.selectors import contact_hash, kept_row
from patients.services.registration import ContactMissingError


@transaction.atomic
def set_contact(
    *, patient_id: UUID, contact: Contact | None, language: str, by: Actor, now: datetime
) -> bool:
    """Let a person be reached in another way and language from now on; tell whether it changed.

    ``contact`` None is nobody to write to; what was given before is then dropped. An address of
    the other channel stays, but is not written to.
    """
    patient = Patient.objects.select_for_update().get(pk__in=kept_row(patient_id))
    before = (patient.contact_by, patient.phone, patient.email, patient.language)
    if contact is None:
        _set(patient, "phone", "")
        _set(patient, "email", "")
        patient.contact_by = Patient.ContactBy.NONE
    else:
        _set(patient, "phone" if contact.channel == "sms" else "email", contact.address)
        reached_by_both = patient.contact_by == Patient.ContactBy.BOTH
        patient.contact_by = Patient.ContactBy.BOTH if reached_by_both else contact.channel
    patient.language = language
    if before == (patient.contact_by, patient.phone, patient.email, patient.language):
        return False
    patient.save(
        update_fields=["contact_by", "phone", "phone_hash", "email", "email_hash", "language"]
    )
    record(action="patient.contact_changed", by=by, now=now, patient_id=patient.pk)
    return True


@transaction.atomic
def set_address(*, patient_id: UUID, contact: Contact, by: Actor, now: datetime) -> None:
    """Let a contact that was just proved take the place of the one on its channel.

    How the person is written to stays as it is, unless they were not written to at all. Raises
    Patient.DoesNotExist.
    """
    patient = Patient.objects.select_for_update(no_key=True).get(pk__in=kept_row(patient_id))
    name = "phone" if contact.channel == "sms" else "email"
    if getattr(patient, name) == contact.address:
        return
    _set(patient, name, contact.address)
    if patient.contact_by == Patient.ContactBy.NONE:
        patient.contact_by = contact.channel
    patient.save(update_fields=[name, f"{name}_hash", "contact_by"])
    record(
        action="patient.contact_changed",
        by=by,
        now=now,
        patient_id=patient.pk,
        reason=contact.channel,
    )


@transaction.atomic
def set_channel(
    *, patient_id: UUID, contact_by: str, language: str, by: Actor, now: datetime
) -> bool:
    """Let a person be written to on other channels, in another language; tell whether it is new.

    Raises ContactMissingError for a channel without an address, Patient.DoesNotExist.
    """
    patient = Patient.objects.select_for_update(no_key=True).get(pk__in=kept_row(patient_id))
    given = {"sms": bool(patient.phone), "email": bool(patient.email)}
    wanted = CHANNELS[contact_by]
    if not all(given[channel] for channel in wanted):
        raise ContactMissingError(contact_by)
    if (patient.contact_by, patient.language) == (contact_by, language):
        return False
    patient.contact_by, patient.language = contact_by, language
    patient.save(update_fields=["contact_by", "language"])
    record(
        action="patient.contact_changed",
        by=by,
        now=now,
        patient_id=patient.pk,
        reason="channel",
    )
    return True


def _set(patient: Patient, field: str, address: str) -> None:
    channel = "sms" if field == "phone" else "email"
    setattr(patient, field, address)
    hashed = contact_hash(Contact(channel, address)) if address else ""  # type: ignore[arg-type]
    setattr(patient, f"{field}_hash", hashed)
