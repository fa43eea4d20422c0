"""What can be done with one's own appointment, and where one is led when it cannot."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.selectors.mine import clinic_is_open_from
from appointments.selectors.places import WHOLE_VIAL_ROUTE
from appointments.services.following import first_day_after
from eligibility.services.decisions import course_of


def can_change(appointment: Appointment, *, now: datetime) -> bool:
    """Tell whether an appointment can be moved and cancelled."""
    return appointment.status == Status.BOOKED and appointment.slot.starts_at > now


def can_move(appointment: Appointment, *, now: datetime) -> bool:
    """Tell whether a person may be asked to move to save a vial: until the day is planned."""
    return (
        can_change(appointment, now=now)
        and appointment.route != WHOLE_VIAL_ROUTE
        and appointment.slot.session.cutoff_at > now
    )


def can_take_next(appointment: Appointment, *, now: datetime) -> bool:
    """Tell whether one more time can be chosen now: one is needed, and the clinic is open then.

    One query where one is needed.
    """
    decision = appointment.decision
    course = course_of(decision) if decision else None
    if not can_change(appointment, now=now) or decision is None or course is None:
        return False
    if appointment.dose_number != 1 or course.doses <= appointment.dose_number:
        return False
    return clinic_is_open_from(
        appointment.slot.session.clinic_id, first_day_after(decision, appointment.date)
    )


def to_mine(appointment_id: UUID) -> HttpResponse:
    """Lead to the appointment's own page."""
    return redirect("appointments:mine", appointment_id=appointment_id)


def too_late(request: HttpRequest, appointment_id: UUID, status: str) -> HttpResponse:
    """Say that the appointment cannot be changed any more, and lead to it."""
    if status != Status.CANCELLED:  # the page itself says that it is cancelled
        words = _("Denne timen kan ikke endres her lenger. Ring oss om noe er feil.")
        messages.info(request, words)
    return to_mine(appointment_id)
