"""A patient's own appointment: see it, take it into a calendar, move it, cancel it."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.domain.status import Status
from appointments.forms.movable import MovableForm, in_words
from appointments.models import Appointment
from appointments.permissions import OWN_APPOINTMENT, remember_opened
from appointments.selectors.cases import cases_of_contact
from appointments.selectors.lateness import expected_at
from appointments.selectors.mine import appointment_with_place, appointments_of_contact
from appointments.selectors.new_times import places_to_move_to
from appointments.selectors.own_waiting import entries_of_contact, open_entry_of
from appointments.selectors.steering import bands_of
from appointments.services.booking import TooEarlyError, rebook
from appointments.services.booking import cancel as cancel_booking
from appointments.services.calendar_file import calendar_file, calendar_type
from appointments.services.following import booked_after
from appointments.services.links import APPOINTMENT_LINK
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.new_time import needed_after
from appointments.services.seats import SlotUnavailableError
from appointments.services.undoing import can_be_undone
from appointments.views.arrival_code import arrival_context
from appointments.views.links import Opened, follow
from appointments.views.own_appointment import (
    can_change,
    can_move,
    can_take_next,
    to_mine,
    too_late,
)
from appointments.views.own_messages import own_messages
from appointments.views.times import choose_time
from audit.domain import Actor
from clinics.permissions import PUBLIC, access
from patients.permissions import confirmed_contact


@access(PUBLIC)
@require_safe
@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Open the appointment that a link in a message is for; that changes nothing."""

    def opens(appointment_id: UUID) -> Opened:
        remember_opened(request, appointment_id)
        patient = appointment_with_place(appointment_id).patient
        url = reverse("appointments:mine", args=[appointment_id])
        return Opened(url, patient.language if patient else "")

    return follow(request, token, purpose=APPOINTMENT_LINK, opens=opens)


@access(PUBLIC)
@require_safe
@never_cache
def all_of_mine(request: HttpRequest) -> HttpResponse:
    """List the appointments and cases of the contact that this browser has proved.

    Names only where several people share the contact: numbers are handed on to strangers.
    """
    proved = confirmed_contact(request)
    if not proved:
        return redirect("appointments:find")
    appointments = list(appointments_of_contact(proved, since=timezone.now()))
    cases = list(cases_of_contact(proved, now=timezone.now()))
    entries = list(entries_of_contact(proved))
    people = {one.patient_id for one in appointments} | {one.patient_id for one in cases}
    people |= {one.patient_id for one in entries}
    return render(
        request,
        "appointments/list.html",
        {
            "appointments": appointments,
            "cases": cases,
            "entries": entries,
            "named": len(people) > 1,
        },
    )


@access(OWN_APPOINTMENT)
@require_safe
@never_cache
def mine(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Show the time, the place, and what can be done about them."""
    now = timezone.now()
    appointment = appointment_with_place(appointment_id)
    following = booked_after(appointment)
    if following is not None:
        remember_opened(request, following.pk)
    asks = can_move(appointment, now=now)
    return render(
        request,
        "appointments/mine.html",
        {
            "appointment": appointment,
            "clinic": appointment.slot.session.clinic,
            "waits": _waits(appointment, now=now),
            "can_change": can_change(appointment, now=now),
            "next_one": following,
            "can_take_next": following is None and can_take_next(appointment, now=now),
            "movable_form": MovableForm(
                appointment=appointment, bands=bands_of(appointment.slot.session)
            )
            if asks
            else None,
            "movable_to": in_words(appointment.movable_bands),
            "needs_time": needed_after(appointment, now=now) is not None,
            "can_undo": can_be_undone(appointment, now=now),
            **arrival_context(appointment, now=now),
            **_delay(appointment, now=now),
            **own_messages(appointment),
        },
    )


def _delay(appointment: Appointment, *, now: datetime) -> dict[str, object]:
    """Return how late the day says it is, and the time to come, while the person is expected.

    Who was told of a later time may come then, also when the day is on time again.
    """
    expected, session = expected_at(appointment, appointment.slot.session), appointment.slot.session
    waited_for = appointment.status == Status.BOOKED and now < expected
    if expected == appointment.slot.starts_at or not waited_for:
        return {}
    late = expected - appointment.slot.starts_at
    minutes = int(late.total_seconds() // 60) if session.late_minutes else None
    return {"late_minutes": minutes, "expected_at": expected}


@access(OWN_APPOINTMENT)
@require_safe
@never_cache
def calendar(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Download the appointment as a calendar file."""
    appointment = appointment_with_place(appointment_id)
    response = HttpResponse(
        calendar_file(appointment), content_type=f"{calendar_type(appointment)}; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="time.ics"'
    return response


@access(OWN_APPOINTMENT)
@never_cache
def change(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Move the appointment to another time at the same clinic."""
    appointment = appointment_with_place(appointment_id)
    if not can_change(appointment, now=timezone.now()):
        return too_late(request, appointment_id, appointment.status)
    clinic = appointment.slot.session.clinic
    now = timezone.now()

    def take(slot_id: UUID) -> HttpResponse:
        if slot_id == appointment.slot_id:
            messages.info(request, _("Du har denne timen. Ingenting er endret."))
            return to_mine(appointment_id)
        try:
            rebook(
                appointment_id=appointment_id,
                slot_id=slot_id,
                by=Actor.patient(appointment.patient_id),
                now=now,
            )
        except TooEarlyError:  # the one before it was moved meanwhile
            raise SlotUnavailableError from None
        except ChangedMeanwhileError as error:
            return too_late(request, appointment_id, error.now_status)
        messages.success(request, _("Timen er flyttet."))
        return to_mine(appointment_id)

    return choose_time(
        request,
        clinic=clinic,
        route=appointment.route,
        look=lambda: places_to_move_to(appointment, now=now),
        take=take,
        back_url=reverse("appointments:mine", args=[appointment_id]),
        chosen=appointment.slot,
        heading=_("Når passer det i stedet?"),
    )


@access(OWN_APPOINTMENT)
@never_cache
def cancel(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Ask once more, then cancel."""
    appointment = appointment_with_place(appointment_id)
    if not can_change(appointment, now=timezone.now()):
        return too_late(request, appointment_id, appointment.status)
    if request.method == "POST":
        try:
            cancel_booking(
                appointment_id=appointment_id,
                by=Actor.patient(appointment.patient_id),
                now=timezone.now(),
            )
        except ChangedMeanwhileError as error:
            return too_late(request, appointment_id, error.now_status)
        messages.success(request, _("Timen er avbestilt. Takk for at du sa fra."))
        return to_mine(appointment_id)
    return render(
        request,
        "appointments/cancel.html",
        {
            "appointment": appointment,
            "clinic": appointment.slot.session.clinic,
            "next_one": booked_after(appointment),
        },
    )


def _waits(appointment: Appointment, *, now: datetime) -> UUID | None:
    if appointment.patient_id is None or not can_change(appointment, now=now):
        return None
    return open_entry_of(
        appointment.patient_id,
        clinic_id=appointment.slot.session.clinic_id,
        dose_number=appointment.dose_number,
    )
