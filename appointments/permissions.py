"""Whose appointments, sessions and vials are whose."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from appointments.models import Appointment, ClinicSession
from clinics.permissions import own
from patients.permissions import confirmed_contact

# In the session of a patient's browser: what it opened by a link, or booked itself.
OPENED_APPOINTMENTS = "opened_appointments"


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
