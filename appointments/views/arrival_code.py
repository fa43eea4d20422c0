"""What a patient shows when they come: a code for the desk, and what they want to be called."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appointments.domain.arrival_codes import spoken
from appointments.domain.status import Status
from appointments.forms.call_me import CallMeForm
from appointments.models import Appointment
from appointments.permissions import OWN_APPOINTMENT
from appointments.selectors.arrival_codes import arrival_code
from appointments.selectors.mine import appointment_with_place
from appointments.views.own_appointment import to_mine
from audit.domain import Actor
from clinics.permissions import access
from clinics.qr_code import picture_of
from patients.services.needs import set_call_name


def arrival_context(appointment: Appointment, *, now: datetime) -> dict[str, Any]:
    """Return the code in signs and as a picture, until the day is over; else nothing."""
    if appointment.status != Status.BOOKED or appointment.slot.session.ends_at < now:
        return {}
    code = arrival_code(appointment.pk, appointment.date)
    call_name = appointment.patient.kept.call_name if appointment.patient else ""
    return {
        "arrival_code": spoken(code),
        "arrival_picture": picture_of(code),
        "call_me_form": CallMeForm(initial={"call_name": call_name}),
    }


@access(OWN_APPOINTMENT)
@never_cache
def call_me(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Keep what the patient wants to be called in the waiting room."""
    appointment = appointment_with_place(appointment_id)
    now = timezone.now()
    coming = appointment.status == Status.BOOKED and appointment.slot.session.ends_at >= now
    if request.method != "POST" or not coming or appointment.patient_id is None:
        return to_mine(appointment_id)
    form = CallMeForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["call_name"][0]))
        return to_mine(appointment_id)
    set_call_name(
        patient_id=appointment.patient_id,
        call_name=form.cleaned_data["call_name"],
        by=Actor.patient(appointment.patient_id),
        now=now,
    )
    messages.success(request, _("Lagret. Det er dette vi roper opp."))
    return to_mine(appointment_id)
