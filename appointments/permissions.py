"""Whose appointments, sessions and vials are whose."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from appointments.models import Appointment, ClinicSession, MoveAsk, Offer, WaitingEntry
from clinics.permissions import own
from eligibility.models import GroupInterest, ReviewCase
from eligibility.services.interests import interest_hash
from patients.permissions import confirmed_contact

# In the session of a patient's browser: what it opened by a link, or booked itself.
OPENED_APPOINTMENTS = "opened_appointments"
OPENED_CASES = "opened_cases"


def may_see_own(request: HttpRequest, kwargs: Mapping[str, Any]) -> bool:
    """Tell whether this browser has shown that the appointment in the URL is its own.

    Either it opened the link sent for it, or it proved the patient's phone or e-mail address.
    """
    appointment_id = str(kwargs["appointment_id"])
    if appointment_id in request.session.get(OPENED_APPOINTMENTS, []):
        return True
    proved = confirmed_contact(request)
    if not proved:
        return False
    hashes = (
        Appointment.objects.filter(pk=appointment_id)
        .values_list("patient__phone_hash", "patient__email_hash")
        .first()
    )
    return hashes is not None and proved in hashes


OWN_APPOINTMENT = own("own appointment", may_see_own)


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


def remember_opened(request: HttpRequest, appointment_id: UUID) -> None:
    """Let this browser see an appointment for as long as its session lasts."""
    opened = request.session.get(OPENED_APPOINTMENTS, [])
    if str(appointment_id) not in opened:
        request.session[OPENED_APPOINTMENTS] = [*opened, str(appointment_id)]


def may_see_own_case(request: HttpRequest, kwargs: Mapping[str, Any]) -> bool:
    """Tell whether this browser has shown that the case in the URL is its own.

    As for an appointment: by the link sent for it, by sending it, or by the patient's contact.
    """
    case_id = str(kwargs["case_id"])
    if case_id in request.session.get(OPENED_CASES, []):
        return True
    proved = confirmed_contact(request)
    if not proved:
        return False
    hashes = (
        ReviewCase.objects.filter(pk=case_id)
        .values_list("patient__phone_hash", "patient__email_hash")
        .first()
    )
    return hashes is not None and proved in hashes


OWN_CASE = own("own case", may_see_own_case)


def remember_opened_case(request: HttpRequest, case_id: UUID) -> None:
    """Let this browser see a case for as long as its session lasts."""
    opened = request.session.get(OPENED_CASES, [])
    if str(case_id) not in opened:
        request.session[OPENED_CASES] = [*opened, str(case_id)]


# In the session of a patient's browser: what it asked to be told of, or opened by a link.
OPENED_INTERESTS = "opened_interests"


def may_see_own_interest(request: HttpRequest, kwargs: Mapping[str, Any]) -> bool:
    """Tell whether this browser asked for it, opened its link, or proved its contact."""
    interest_id = str(kwargs["interest_id"])
    if interest_id in request.session.get(OPENED_INTERESTS, []):
        return True
    proved = confirmed_contact(request)
    if not proved:
        return False
    return GroupInterest.objects.filter(pk=interest_id, contact_hash=interest_hash(proved)).exists()


OWN_INTEREST = own("own interest", may_see_own_interest)


def remember_interest(request: HttpRequest, interest_id: UUID) -> None:
    """Let this browser see what it asked to be told of for as long as its session lasts."""
    opened = request.session.get(OPENED_INTERESTS, [])
    if str(interest_id) not in opened:
        request.session[OPENED_INTERESTS] = [*opened, str(interest_id)]


OPENED_ENTRIES = "opened_entries"
OPENED_OFFERS = "opened_offers"
# The questions whether one can come at another time.
OPENED_ASKS = "opened_asks"


def may_see_own_entry(request: HttpRequest, kwargs: Mapping[str, Any]) -> bool:
    """Tell whether this browser has shown that the place on a list in the URL is its own."""
    entry_id = str(kwargs["entry_id"])
    if entry_id in request.session.get(OPENED_ENTRIES, []):
        return True
    return _proved_one_of(
        request,
        WaitingEntry.objects.filter(pk=entry_id).values_list(
            "patient__phone_hash", "patient__email_hash"
        ),
    )


def may_see_own_offer(request: HttpRequest, kwargs: Mapping[str, Any]) -> bool:
    """Tell whether this browser has shown that the offer in the URL is its own."""
    offer_id = str(kwargs["offer_id"])
    if offer_id in request.session.get(OPENED_OFFERS, []):
        return True
    return _proved_one_of(
        request,
        Offer.objects.filter(pk=offer_id).values_list(
            "entry__patient__phone_hash", "entry__patient__email_hash"
        ),
    )


def may_see_own_ask(request: HttpRequest, kwargs: Mapping[str, Any]) -> bool:
    """Tell whether this browser opened the link of the question, or proved the contact."""
    ask_id = str(kwargs["ask_id"])
    if ask_id in request.session.get(OPENED_ASKS, []):
        return True
    return _proved_one_of(
        request,
        MoveAsk.objects.filter(pk=ask_id).values_list(
            "appointment__patient__phone_hash", "appointment__patient__email_hash"
        ),
    )


def _proved_one_of(request: HttpRequest, rows: QuerySet[Any, tuple[str, str]]) -> bool:
    proved = confirmed_contact(request)
    if not proved:
        return False
    hashes = rows.first()
    return hashes is not None and proved in hashes


OWN_ENTRY = own("own place on a waiting list", may_see_own_entry)
OWN_OFFER = own("own offer", may_see_own_offer)
OWN_ASK = own("own question", may_see_own_ask)


def remember_entry(request: HttpRequest, entry_id: UUID) -> None:
    """Let this browser see a place on a list for as long as its session lasts."""
    _remember(request, OPENED_ENTRIES, entry_id)


def remember_offer(request: HttpRequest, offer_id: UUID) -> None:
    """Let this browser see an offer for as long as its session lasts."""
    _remember(request, OPENED_OFFERS, offer_id)


def remember_opened_ask(request: HttpRequest, ask_id: UUID) -> None:
    """Let this browser answer a question for as long as its session lasts."""
    _remember(request, OPENED_ASKS, ask_id)


def _remember(request: HttpRequest, name: str, opened_id: UUID) -> None:
    opened = request.session.get(name, [])
    if str(opened_id) not in opened:
        request.session[name] = [*opened, str(opened_id)]
