"""Whose appointments, sessions and vials are whose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest

from appointments.models import Appointment, ClinicSession, MoveAsk, Offer, WaitingEntry
from clinics.permissions import own
from eligibility.models import GroupInterest, ReviewCase
from eligibility.services.interests import interest_hashes
from patients.permissions import confirmed_contact
from patients.selectors import patients_by_contact_hash


@dataclass(frozen=True)
class Opened:
    """Things of one kind that a patient's browser may see, and how it shows that they are its own.

    It made them, or opened the link sent for them: ``key`` lists those in the browser's session. Or
    it proved the telephone number or e-mail address of their person: ``is_of`` tells so from the
    row's key and the contact's hash. ``argument`` is the key's name in the URL.
    """

    key: str
    argument: str
    is_of: Callable[[str, str], bool]

    def may_see(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> bool:
        """Tell whether this browser has shown that the thing in the URL is its own."""
        subject_id = str(kwargs[self.argument])
        if subject_id in request.session.get(self.key, []):
            return True
        proved = confirmed_contact(request)
        return bool(proved) and self.is_of(subject_id, proved)

    def remember(self, request: HttpRequest, subject_id: UUID) -> None:
        """Let this browser see a thing for as long as its session lasts."""
        opened = request.session.get(self.key, [])
        if str(subject_id) not in opened:
            request.session[self.key] = [*opened, str(subject_id)]


def _patient_of(model: type[Model], patient: str = "patient") -> Callable[[str, str], bool]:
    """Return what tells whether a contact is that of a row's patient, found by ``patient``."""

    def is_of(subject_id: str, proved: str) -> bool:
        reached = {f"{patient}__in": patients_by_contact_hash(proved)}
        return model._default_manager.filter(pk=subject_id, **reached).exists()  # noqa: SLF001

    return is_of


def _is_person(patient_id: str, proved: str) -> bool:
    """Tell whether a contact is that of the person behind a row."""
    return patients_by_contact_hash(proved).filter(pk=patient_id).exists()


def _asked_for(interest_id: str, proved: str) -> bool:
    """Tell whether a wish to be told is a contact's: nobody's hash among the patients."""
    return GroupInterest.objects.filter(
        pk=interest_id, contact_hash__in=interest_hashes(proved)
    ).exists()


_appointments = Opened("opened_appointments", "appointment_id", _patient_of(Appointment))
_cases = Opened("opened_cases", "case_id", _patient_of(ReviewCase))
_interests = Opened("opened_interests", "interest_id", _asked_for)
_entries = Opened("opened_entries", "entry_id", _patient_of(WaitingEntry))
_offers = Opened("opened_offers", "offer_id", _patient_of(Offer, "entry__patient"))
_asks = Opened("opened_asks", "ask_id", _patient_of(MoveAsk, "appointment__patient"))
_nexts = Opened("opened_nexts", "patient_id", _is_person)

OWN_APPOINTMENT = own("own appointment", _appointments.may_see)
OWN_CASE = own("own case", _cases.may_see)
OWN_INTEREST = own("own interest", _interests.may_see)
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
