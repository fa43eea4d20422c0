"""The people whom the staff of a clinic can look up: those it has something to do with."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from appointments.domain.status import ACTIVE
from appointments.models import Appointment, WaitingEntry
from eligibility.models import ReviewCase
from patients.domain.contact import Contact
from patients.domain.id_numbers import IdNumber
from patients.models import BIRTH_DATE, Patient
from patients.selectors import (
    contact_proof,
    numbered,
    patients_born,
    patients_by_contact,
)
from patients.selectors import same_person as rows_of
from vaccinations.models import Dose


def known_at(clinic_id: int, among: QuerySet[Patient]) -> QuerySet[Patient]:
    """Keep those who have, or have had, an appointment, a dose, a case or a wait at a clinic.

    On whichever of their rows.
    """
    here = {"patient__person_id": OuterRef("person_id")}
    return among.filter(
        Exists(Appointment.objects.filter(slot__session__clinic_id=clinic_id, **here))
        | Exists(Dose.objects.filter(vial__clinic_id=clinic_id, **here))
        | Exists(ReviewCase.objects.filter(clinic_id=clinic_id, **here))
        | Exists(WaitingEntry.objects.filter(clinic_id=clinic_id, **here))
    )


def is_known_at(clinic_id: int, patient_id: UUID) -> bool:
    """Tell whether a clinic has something to do with a person."""
    return known_at(clinic_id, Patient.objects.filter(pk=patient_id)).exists()


def find_people(
    clinic_id: int,
    *,
    born: date | None,
    name: str,
    contact: Contact | None,
    id_number: IdNumber | None = None,
) -> list[Patient]:
    """Find a clinic's people by birth date and name, by how they are reached, or by number.

    Each word of ``name`` begins a word of theirs, in whatever case. All that is given must fit;
    without a birth date, a contact or a number is needed. What a duplicate alone tells leads to the
    row that is kept, too. A number that was only told is found as one that was seen: whoever opens
    the record sees which it is. By name; two queries.
    """
    told = Patient.objects.all()
    if id_number is not None:
        told = told & numbered(id_number.digits)
    if contact is not None:
        hashes = contact_proof(contact).split()
        told = told.filter(Q(phone_hash__in=hashes) | Q(email_hash__in=hashes))
    if born is not None:
        told = told.filter(birth_date_hash__in=BIRTH_DATE.hashes(born))
    if born is None and contact is None and id_number is None:
        return []
    wanted = name.casefold().split()
    people = {one.person_id for one in known_at(clinic_id, told) if _is_called(one, wanted)}
    found = Patient.objects.filter(pk__in=people) if people else []
    return sorted(found, key=lambda patient: patient.sorted_name.casefold())


def same_person(
    clinic_id: int, *, given_name: str, family_name: str, born: date, contact: Contact | None
) -> Patient | None:
    """Return who has just this name and birth date, and is known here or has the same contact."""
    wanted = (given_name.casefold(), family_name.casefold())
    alike = [
        patient
        for patient in patients_born(born)
        if (patient.given_name.casefold(), patient.family_name.casefold()) == wanted
    ]
    reached = set(patients_by_contact(contact).values_list("pk", flat=True)) if contact else set()
    by_contact = next((patient for patient in alike if patient.pk in reached), None)
    if by_contact is not None or not alike:
        return by_contact
    among = Patient.objects.filter(pk__in=[patient.pk for patient in alike])
    return known_at(clinic_id, among).first()


def coming_appointments(patient_id: UUID, *, now: datetime) -> list[Appointment]:
    """Return what a person has booked and not yet had, anywhere, soonest first; one query."""
    return list(
        Appointment.objects.filter(
            patient__in=rows_of(patient_id), status__in=ACTIVE, slot__session__ends_at__gt=now
        )
        .select_related("slot__session__clinic", "patient__merged_into")
        .order_by("slot__starts_at")
    )


def _is_called(patient: Patient, wanted: list[str]) -> bool:
    words = patient.name.casefold().replace("-", " ").split()
    return all(any(word.startswith(part) for word in words) for part in wanted)
