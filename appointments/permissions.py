"""Whose appointments, sessions and vials are whose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from appointments.models import Appointment, ClinicSession, MoveAsk, Offer, WaitingEntry
from clinics.permissions import own
from eligibility.models import GroupInterest, ReviewCase
from eligibility.services.interests import interest_hashes
from patients.models import Patient
from patients.permissions import (
    OPENED_IN_SESSION,
    confirmed_contact,
    proof_of,
    proved_person,
)
from patients.selectors import patients_by_contact_hash, rows_of


@dataclass(frozen=True)
class Opened:
    """Things of one kind that a patient's browser may see, and how it shows that they are its own.

    It made them, or opened the link sent for them: ``key`` lists those in the browser's session. Or
    it proved the telephone number or e-mail address of their person, or who the person is:
    ``is_of`` tells so from the row's key and the people behind either. ``argument`` is the key's
    name in the URL.
    """

    key: str
    argument: str
    is_of: Callable[[str, QuerySet[Patient]], bool]

    def may_see(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> bool:
        """Tell whether this browser has shown that the thing in the URL is its own."""
        subject_id = str(kwargs[self.argument])
        if subject_id in request.session.get(self.key, []):
            return True
        contact = confirmed_contact(request)
        if contact and self.is_of(subject_id, patients_by_contact_hash(contact)):
            return True
        proof = proof_of(request, now=timezone.now())
        person = proved_person(proof) if proof else None
        return person is not None and self.is_of(subject_id, rows_of(person))

    def remember(self, request: HttpRequest, subject_id: UUID) -> None:
        """Let this browser see a thing for as long as its session lasts."""
        opened = request.session.get(self.key, [])
        if str(subject_id) not in opened:
            request.session[self.key] = [*opened, str(subject_id)]


@dataclass(frozen=True)
class AskedFor(Opened):
    """Wishes to be told, which are a contact's: nobody's name stands with them."""

    def may_see(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> bool:
        """Tell whether this browser made it, or proved the contact it was made with."""
        subject_id = str(kwargs[self.argument])
        if subject_id in request.session.get(self.key, []):
            return True
        contact = confirmed_contact(request)
        if not contact:
            return False
        asked = {"pk": subject_id, "contact_hash__in": interest_hashes(contact)}
        return GroupInterest.objects.filter(**asked).exists()


def _patient_of(
    model: type[Model], patient: str = "patient"
) -> Callable[[str, QuerySet[Patient]], bool]:
    """Return what tells whether a row's patient, found by ``patient``, is among some people."""

    def is_of(subject_id: str, people: QuerySet[Patient]) -> bool:
        among = {f"{patient}__in": people}
        return model._default_manager.filter(pk=subject_id, **among).exists()  # noqa: SLF001

    return is_of


def _is_person(patient_id: str, people: QuerySet[Patient]) -> bool:
    """Tell whether a row is one of some people's."""
    return people.filter(pk=patient_id).exists()


_appointments = Opened(
    f"{OPENED_IN_SESSION}appointments", "appointment_id", _patient_of(Appointment)
)
_cases = Opened(f"{OPENED_IN_SESSION}cases", "case_id", _patient_of(ReviewCase))
_interests = AskedFor(f"{OPENED_IN_SESSION}interests", "interest_id", lambda _pk, _people: False)
_entries = Opened(f"{OPENED_IN_SESSION}entries", "entry_id", _patient_of(WaitingEntry))
_offers = Opened(f"{OPENED_IN_SESSION}offers", "offer_id", _patient_of(Offer, "entry__patient"))
_asks = Opened(f"{OPENED_IN_SESSION}asks", "ask_id", _patient_of(MoveAsk, "appointment__patient"))
_nexts = Opened(f"{OPENED_IN_SESSION}nexts", "patient_id", _is_person)

OWN_APPOINTMENT = own("own appointment", _appointments.may_see)
OWN_CASE = own("own case", _cases.may_see)
OWN_INTEREST = own("own interest", _interests.may_see, nameless=True)
OWN_ENTRY = own("own place on a waiting list", _entries.may_see)
OWN_OFFER = own("own offer", _offers.may_see)
OWN_ASK = own("own question", _asks.may_see)
OWN_NEXT = own("own next time", _nexts.may_see)

remember_opened = _appointments.remember
remember_opened_case = _cases.remember
remember_interest = _interests.remember
remember_entry = _entries.remember
remember_offer = _offers.remember
remember_opened_ask = _asks.remember
remember_next = _nexts.remember


def clinic_of_session(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic of the session in the URL."""
    return (
        ClinicSession.objects.filter(pk=kwargs["session_id"])
        .values_list("clinic_id", flat=True)
        .first()
    )


def clinic_of_appointment(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic of the session in the URL, if the appointment in it belongs there."""
    appointment_id: UUID = kwargs["appointment_id"]
    return (
        ClinicSession.objects.filter(
            pk=kwargs["session_id"], slots__appointments__pk=appointment_id
        )
        .values_list("clinic_id", flat=True)
        .first()
    )
