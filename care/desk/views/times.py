"""A booked time at the desk: what it is, a slip of paper, another time, or none."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.selectors.mine import appointment_with_place
from appointments.selectors.new_times import places_to_move_to
from appointments.services import booking
from appointments.services.booking import TooEarlyError
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.seats import SlotUnavailableError
from audit.services import record
from care.desk.callers_forms import MoveForm
from care.desk.permissions import ON_TIME
from care.desk.phone_words import REFUSED
from clinics.permissions import StaffRequest, access
from clinics.templatetags.oslo_time import clock, day


@dataclass(frozen=True)
class TimeAtDesk:
    """A booked time as the desk shows it. ``may_change``: it is booked, and has not begun."""

    appointment: Appointment
    may_change: bool


def _opened(appointment_id: UUID, now: datetime) -> TimeAtDesk:
    """Return a time."""
    appointment = appointment_with_place(appointment_id)
    begun = appointment.slot.starts_at <= now
    return TimeAtDesk(appointment, appointment.status == Status.BOOKED and not begun)


def _page(request: StaffRequest, template: str, one: TimeAtDesk, **more: object) -> HttpResponse:
    """Show a time, and record that its person was opened, whatever the method."""
    record(
        action="patient.read",
        by=request.actor,
        now=timezone.now(),
        patient_id=one.appointment.patient_id,
        object_id=one.appointment.pk,
    )
    session, patient = one.appointment.slot.session, one.appointment.patient
    context = {
        "appointment": one.appointment,
        "patient": patient.kept if patient else None,
        "session": session,
        "clinic": session.clinic,
        "may_change": one.may_change,
        **more,
    }
    return render(request, template, context)


@access(ON_TIME)
@require_safe
@never_cache
def time(request: StaffRequest, clinic_slug: str, appointment_id: UUID) -> HttpResponse:
    """Show a booked time, and what can be done with it."""
    one = _opened(appointment_id, timezone.now())
    return _page(request, "desk/time.html", one)


@access(ON_TIME)
@require_safe
@never_cache
def slip(request: StaffRequest, clinic_slug: str, appointment_id: UUID) -> HttpResponse:
    """Show the slip that is printed, in the language of the person's messages."""
    one = _opened(appointment_id, timezone.now())
    return _page(request, "desk/slip.html", one)


@access(ON_TIME)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def move(request: StaffRequest, clinic_slug: str, appointment_id: UUID) -> HttpResponse:
    """Choose another time, and move the booking there."""
    now = timezone.now()
    one = _opened(appointment_id, now)
    if not one.may_change:
        return _too_late(request, one)
    found = places_to_move_to(one.appointment, now=now)
    form = MoveForm(request.POST if request.method == "POST" else None, found=found)
    if not form.is_valid():
        return _page(request, "desk/time_move.html", one, form=form)
    try:
        moved = booking.rebook(
            appointment_id=appointment_id,
            slot_id=form.cleaned_data["slot"],
            by=request.actor,
            now=now,
        )
    except (SlotUnavailableError, TooEarlyError) as error:
        again = MoveForm(request.POST, found=places_to_move_to(one.appointment, now=now))
        again.add_error("slot", str(REFUSED[type(error)]))
        return _page(request, "desk/time_move.html", one, form=again)
    except ChangedMeanwhileError:
        return _too_late(request, one)
    starts_at = moved.slot.starts_at
    words = _("Timen er flyttet til %(day)s kl. %(clock)s.")
    messages.success(request, words % {"day": day(starts_at), "clock": clock(starts_at)})
    return _to_time(one.appointment)


@access(ON_TIME)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancel(request: StaffRequest, clinic_slug: str, appointment_id: UUID) -> HttpResponse:
    """Ask once more, then cancel."""
    now = timezone.now()
    one = _opened(appointment_id, now)
    if not one.may_change:
        return _too_late(request, one)
    if request.method != "POST":
        return _page(request, "desk/time_cancel.html", one)
    try:
        booking.cancel(appointment_id=appointment_id, by=request.actor, now=now)
    except ChangedMeanwhileError:
        return _too_late(request, one)
    messages.success(request, _("Timen er avbestilt."))
    return _to_time(one.appointment)


def _to_time(appointment: Appointment) -> HttpResponse:
    return redirect("desk:time", appointment.slot.session.clinic.slug, appointment.pk)


def _too_late(request: StaffRequest, one: TimeAtDesk) -> HttpResponse:
    messages.info(request, _("Timen kan ikke endres lenger. Her ser du hva som gjelder."))
    return _to_time(one.appointment)
