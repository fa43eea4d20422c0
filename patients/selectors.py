from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from notifications.domain.kinds import CHANNELS
from notifications.domain.recipient import Recipient
from patients.domain.contact import Contact
from patients.models import (
    BIRTH_DATE,
    CONTACT_LOOKUPS,
    ID_NUMBER,
    MessageStop,
    Patient,
    PatientNote,
)

# How the person behind a row is reached, in a query of patients.
CONTACT_BY = Coalesce("merged_into__contact_by", "contact_by")


def contact_hash(contact: Contact) -> str:
    """Return the keyed hash that is stored of a contact: 64 hex digits."""
    return CONTACT_LOOKUPS[contact.channel].hash(contact.canonical)


def contact_proof(contact: Contact) -> str:
    """Return what a visitor's session keeps of a contact they proved: its hash under every key.

    When the keys change, the visitor is asked to prove it again.
    """
    return " ".join(CONTACT_LOOKUPS[contact.channel].hashes(contact.canonical))


def birth_date_hash(born: date) -> str:
    """Return the keyed hash that is stored of a birth date: 64 hex digits."""
    return BIRTH_DATE.hash(born)


def id_number_hash(digits: str) -> str:
    """Return the keyed hash that is stored of a national number, D-number or DUF number."""
    return ID_NUMBER.hash(digits)


def patients_born(born: date) -> QuerySet[Patient]:
    """Return the patients born on a day, but for those merged into others."""
    return Patient.objects.filter(birth_date_hash__in=BIRTH_DATE.hashes(born), merged_into=None)


def numbered(digits: str) -> QuerySet[Patient]:
    """Return the rows with a national number, D-number or DUF number, seen or only told."""
    return Patient.objects.filter(id_number_hash__in=ID_NUMBER.hashes(digits))


def seen_with(digits: str, *, but: UUID) -> Patient | None:
    """Return who else was seen with a number, None when nobody was."""
    seen = numbered(digits).filter(id_seen_at__isnull=False, merged_into=None)
    return seen.exclude(pk=but).first()


def kept_row(patient_id: UUID) -> QuerySet[Patient, UUID]:
    """Return the key of the row that a patient's identity and contact are kept in.

    Mostly their own. It is a part of the query that uses it: ``get(pk__in=kept_row(patient_id))``.
    """
    return Patient.objects.filter(pk=patient_id).values_list("person_id", flat=True)


def same_person(patient_id: UUID | None) -> QuerySet[Patient, UUID]:
    """Return the keys of all rows of the person behind one of them, for ``patient__in=``.

    It is a part of the query that uses it, not one of its own. In a subquery the same is said by
    ``patient__person_id=OuterRef("patient__person_id")``.
    """
    person = Patient.objects.filter(pk__in=[patient_id] if patient_id else []).values("person_id")
    return Patient.objects.filter(person_id=Subquery(person[:1])).values_list("pk", flat=True)


def rows_of(patient_id: UUID) -> QuerySet[Patient]:
    """Return all rows of the person behind one of them."""
    return Patient.objects.filter(pk__in=same_person(patient_id))


def same_person_ids(patient_id: UUID) -> list[UUID]:
    """Return the keys of all rows of the person behind one of them; one query."""
    return list(same_person(patient_id).order_by("pk"))


def person_of(patient_id: UUID) -> Patient:
    """Return the row that tells who a person is, behind any of theirs; one query."""
    return Patient.objects.select_related("merged_into").get(pk=patient_id).kept


def contacts_of(person: Patient) -> list[Contact]:
    """Return the telephone number and e-mail address that a person gave, as far as they did."""
    given: list[Contact] = []
    if person.phone:
        given.append(Contact("sms", person.phone))
    if person.email:
        given.append(Contact("email", person.email))
    return given


def contact_by_of(patient_id: UUID) -> str:
    """Return how the person behind a row is reached."""
    by: str = Patient.objects.values_list(CONTACT_BY, flat=True).get(pk=patient_id)
    return by


def protected(patient_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the patients whose address is protected, in one query."""
    wanted = Patient.objects.filter(
        Q(protected_address=True) | Q(merged_into__protected_address=True),
        pk__in=set(patient_ids),
    )
    return set(wanted.values_list("pk", flat=True))


def patients_by_contact(contact: Contact) -> QuerySet[Patient]:
    """Return the patients who gave this telephone number or e-mail address: a family, perhaps.

    All rows of each of them; for the rows that are kept add ``merged_into=None``.
    """
    return patients_by_contact_hash(contact_proof(contact))


def patients_by_contact_hash(hashed: str) -> QuerySet[Patient]:
    """Return the patients whose telephone number or e-mail address was proved; "" has none.

    A duplicate is reached as the row that is kept says, and by nothing of its own.
    """
    if not hashed:
        return Patient.objects.none()
    hashes = hashed.split()
    reached = Q(phone_hash__in=hashes) | Q(email_hash__in=hashes)
    kept = Patient.objects.filter(reached, merged_into=None)
    return Patient.objects.filter(person_id__in=kept.values("pk"))


def recipients(patient_ids: Iterable[UUID]) -> dict[UUID, Recipient]:
    """Return where and in which language each patient is written to, in one query.

    A duplicate is written to where the row that is kept says. What was stopped for any of a
    person's rows is stopped for the person.
    """
    fields = ("language", "phone", "email", "contact_by", "any_hour")
    stops = MessageStop.objects.filter(patient__person_id=OuterRef("person_id"), ended_at=None)
    patients = (
        Patient.objects.filter(pk__in=set(patient_ids))
        .select_related("merged_into")
        .only(*fields, "person_id", "merged_into_id", *(f"merged_into__{name}" for name in fields))
        .annotate(stopped=ArraySubquery(stops.values("channel")))
    )
    return {
        patient.pk: Recipient(
            language=patient.kept.language,
            phone=patient.kept.phone,
            email=patient.kept.email,
            contact_by=patient.kept.contact_by,
            any_hour=patient.kept.any_hour,
            person_id=patient.person_id,
            stopped=frozenset(patient.stopped),
        )
        for patient in patients
    }


def stops_of(patient_id: UUID) -> list[MessageStop]:
    """Return the stops that hold for a person, the oldest first; one query."""
    of_person = MessageStop.objects.filter(patient__in=same_person(patient_id), ended_at=None)
    return list(of_person.order_by("stopped_at", "channel"))


def stopped_channels(person_ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Return on which channels each person has stopped messages, who has; one query."""
    found: dict[UUID, set[str]] = {}
    stops = MessageStop.objects.filter(patient__person_id__in=set(person_ids), ended_at=None)
    for person_id, channel in stops.values_list("patient__person_id", "channel"):
        found.setdefault(person_id, set()).add(channel)
    return found


def stopped_everywhere(person_ids: Iterable[UUID]) -> set[UUID]:
    """Return who has stopped messages on every channel they are written to on; two queries."""
    stopped = stopped_channels(person_ids)
    reached = Patient.objects.filter(person_id__in=stopped, merged_into=None)
    return {
        person_id
        for person_id, contact_by in reached.values_list("person_id", "contact_by")
        if CHANNELS[contact_by] and stopped[person_id].issuperset(CHANNELS[contact_by])
    }


def notes_of(patient_id: UUID, *, clinic_id: int) -> list[PatientNote]:
    """Return what a clinic's staff wrote about a person, newest first, withdrawn left out.

    On whichever row of theirs; one query.
    """
    return list(
        PatientNote.objects.filter(
            patient__in=same_person(patient_id), clinic_id=clinic_id, withdrawn_at=None
        )
        .select_related("written_by")
        .order_by("-written_at", "pk")
    )


def count_notes(patient_id: UUID | None, *, clinic_id: int) -> int:
    """Count what a clinic's staff wrote about a person, withdrawn left out; one query."""
    return PatientNote.objects.filter(
        patient__in=same_person(patient_id), clinic_id=clinic_id, withdrawn_at=None
    ).count()
