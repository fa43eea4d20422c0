from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from audit.domain import Actor
from audit.services import record
from encryption.keys import keys_are_changing
from patients.domain.contact import Contact, parse_email, parse_phone
from patients.domain.id_numbers import (
    IdNumber,
    IdNumberFault,
    InvalidIdNumberError,
    parse_id_number,
)
from patients.domain.names import clean_name
from patients.models import Patient
from patients.selectors import (
    birth_date_hash,
    contact_hash,
    id_number_hash,
    kept_row,
    seen_with,
)

_NEEDED = {"sms": ("phone",), "email": ("email",), "both": ("phone", "email"), "none": ()}

_SEEN = ["id_kind", "id_number", "id_number_hash", "id_seen_at", "no_number_why"]


class ContactMissingError(Exception):
    """A patient is to be reached by a channel that they gave no address for."""


class IdentityTakenError(Exception):
    """Another patient was seen with this number: they are one person, to be merged."""

    def __init__(self, patient_id: UUID) -> None:
        super().__init__(f"the number is that of patient {patient_id}")
        self.patient_id = patient_id


@transaction.atomic
def register(
    *,
    given_name: str,
    family_name: str,
    birth_date: date,
    phone: str = "",
    email: str = "",
    contact_by: str,
    language: str,
    now: datetime,
    id_number: str = "",
    by: Actor | None = None,
) -> Patient:
    """Register a person by what they say about themselves, always as a new patient.

    ``by`` is who wrote it down, None for the person themselves. ``contact_by`` is sms, email, both
    or none. ``id_number`` is a claim until staff see an ID: it is kept, looked up nowhere and
    compared with nothing. Raises InvalidNameError, InvalidPhoneError, InvalidEmailError,
    InvalidIdNumberError, ContactMissingError.
    """
    phone = parse_phone(phone) if phone else ""
    email = parse_email(email) if email else ""
    given = {"phone": phone, "email": email}
    if not all(given[field] for field in _NEEDED[contact_by]):
        raise ContactMissingError(contact_by)
    claimed = _parsed(id_number) if id_number else None
    patient = Patient.objects.create(
        given_name=clean_name(given_name),
        family_name=clean_name(family_name),
        birth_date=birth_date,
        birth_date_hash=birth_date_hash(birth_date),
        id_kind=claimed.kind if claimed else Patient.IdKind.NONE,
        id_number=claimed.digits if claimed else "",
        id_number_hash=id_number_hash(claimed.digits if claimed else ""),
        phone=phone,
        phone_hash=contact_hash(Contact("sms", phone)),
        email=email,
        email_hash=contact_hash(Contact("email", email)),
        contact_by=contact_by,
        language=language,
        created_at=now,
    )
    record(
        action="patient.registered",
        by=by or Actor.patient(patient.pk),
        now=now,
        patient_id=patient.pk,
    )
    return patient


@transaction.atomic
def confirm_identity(
    *, patient_id: UUID, id_kind: str, id_number: str, by: Actor, now: datetime
) -> None:
    """Record that staff saw a patient's ID and this number in it: from a claim to a fact.

    ``id_kind`` none is an ID without a Norwegian number, with ``id_number`` "": it drops a claim
    but never a number that was seen before. Raises Patient.DoesNotExist, InvalidIdNumberError,
    IdentityTakenError.
    """
    patient = Patient.objects.select_for_update().get(pk__in=kept_row(patient_id))
    number = _number_of(id_kind, id_number)
    if number or patient.id_seen_at is None:
        patient.id_kind = id_kind
        patient.id_number = number
        patient.id_number_hash = id_number_hash(number)
    if number:
        patient.no_number_why = ""
    patient.id_seen_at = now
    other = seen_with(number, but=patient.pk) if number and keys_are_changing() else None
    if other is not None:  # perhaps under an older key, which the constraint cannot compare
        raise IdentityTakenError(other.pk)
    try:
        with transaction.atomic():
            patient.save(update_fields=_SEEN)
    except IntegrityError as error:
        other = seen_with(number, but=patient.pk)
        if other is None:
            raise
        raise IdentityTakenError(other.pk) from error
    record(action="patient.identity_confirmed", by=by, now=now, patient_id=patient.pk)


def _number_of(id_kind: str, id_number: str) -> str:
    """Return the digits of a number of this kind; "" for none. Raises InvalidIdNumberError."""
    if id_kind == Patient.IdKind.NONE and not id_number:
        return ""
    number = _parsed(id_number)
    if number.kind != id_kind:
        raise InvalidIdNumberError(IdNumberFault.OTHER_KIND)
    return number.digits


def _parsed(id_number: str) -> IdNumber:
    return parse_id_number(id_number, allow_synthetic=settings.DEMO)
