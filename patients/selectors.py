from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from encryption.keys import keyed_hash
from notifications.domain.recipient import Recipient
from patients.domain.contact import Contact
from patients.models import Patient

_HASH_PURPOSE = {"sms": "phone", "email": "email"}


def contact_hash(contact: Contact) -> str:
    """Return the keyed hash by which a contact is looked up and compared: 64 hex digits."""
    return keyed_hash(_HASH_PURPOSE[contact.channel], contact.canonical)


def birth_date_hash(born: date) -> str:
    """Return the keyed hash by which staff find the people born on a day: 64 hex digits."""
    return keyed_hash("birth_date", born.isoformat())


def patients_born(born: date) -> QuerySet[Patient]:
    """Return the patients born on a day, but for those merged into others."""
    return Patient.objects.filter(birth_date_hash=birth_date_hash(born), merged_into=None)


def protected(patient_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the patients whose address is protected, in one query."""
    wanted = Patient.objects.filter(pk__in=set(patient_ids), protected_address=True)
    return set(wanted.values_list("pk", flat=True))


def patients_by_contact(contact: Contact) -> QuerySet[Patient]:
    """Return the patients who gave this telephone number or e-mail address: a family, perhaps."""
    return patients_by_contact_hash(contact_hash(contact))


def patients_by_contact_hash(hashed: str) -> QuerySet[Patient]:
    """Return the patients whose telephone number or e-mail address has this hash; "" has none."""
    if not hashed:
        return Patient.objects.none()
    return Patient.objects.filter(Q(phone_hash=hashed) | Q(email_hash=hashed))


def recipients(patient_ids: Iterable[UUID]) -> dict[UUID, Recipient]:
    """Return where and in which language each patient is written to, in one query."""
    patients = Patient.objects.filter(pk__in=set(patient_ids)).only(
        "language", "phone", "email", "contact_by"
    )
    return {
        patient.pk: Recipient(
            language=patient.language,
            phone=patient.phone,
            email=patient.email,
            contact_by=patient.contact_by,
        )
        for patient in patients
    }
