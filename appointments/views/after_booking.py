"""What a patient can do beside an appointment: say when they could move, take the next time too,
and take a cancellation back.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appointments.forms.movable import MovableForm
from appointments.permissions import OWN_APPOINTMENT, remember_opened
from appointments.selectors.mine import appointment_with_place
from appointments.selectors.places import free_places
from appointments.selectors.steering import bands_of
from appointments.services.booking import AlreadyBookedError, TooEarlyError
from appointments.services.dose_two import book_ahead
from appointments.services.following import booked_after, first_day_after
from appointments.services.movable import set_movable
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.seats import SlotUnavailableError
from appointments.services.undoing import TooLateToUndoError, undo_cancel
from appointments.views.own_appointment import (
    can_change,
    can_move,
    can_take_next,
    to_mine,
    too_late,
)
from appointments.views.times import choose_time
from audit.domain import Actor
from clinics.permissions import access


@access(OWN_APPOINTMENT)
@never_cache
def movable(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Ask which other times of the day suit, and keep the answer."""
    appointment = appointment_with_place(appointment_id)
    if not can_move(appointment, now=timezone.now()):
        return too_late(request, appointment_id, appointment.status)
    form = MovableForm(
        request.POST if request.method == "POST" else None,
        appointment=appointment,
        bands=bands_of(appointment.slot.session),
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_movable(
                appointment_id=appointment_id,
                bands=form.chosen,
                by=Actor.patient(appointment.patient_id),
                now=timezone.now(),
            )
        except ChangedMeanwhileError as error:
            return too_late(request, appointment_id, error.now_status)
        words = (
            _("Takk. Kanskje spør vi deg dagen før. Du kan alltid si nei.")
            if form.chosen
            else _("Greit. Vi spør deg ikke om å flytte timen.")
        )
        messages.success(request, words)
        return to_mine(appointment_id)
    return render(
        request,
        "appointments/movable.html",
        {"form": form, "appointment": appointment, "back_url": _mine_url(appointment_id)},
    )


@access(OWN_APPOINTMENT)
@never_cache
def take_next(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Let somebody who needs one more time choose it now; it follows the first from then on."""
    appointment = appointment_with_place(appointment_id)
    known = booked_after(appointment)
    if known is not None:
        remember_opened(request, known.pk)
        return to_mine(known.pk)
    now = timezone.now()
    if not can_change(appointment, now=now):
        return too_late(request, appointment_id, appointment.status)
    if not can_take_next(appointment, now=now):
        messages.info(request, _("Du kan ikke velge den neste timen ennå. Timen du har, gjelder."))
        return to_mine(appointment_id)
    decision, clinic = appointment.decision, appointment.slot.session.clinic
    assert decision is not None

    def take(slot_id: UUID) -> HttpResponse:
        try:
            taken = book_ahead(
                appointment_id=appointment_id,
                slot_id=slot_id,
                by=Actor.patient(appointment.patient_id),
                now=now,
            )
        except TooEarlyError:
            raise SlotUnavailableError from None
        except (ChangedMeanwhileError, AlreadyBookedError):
            messages.info(request, _("Timene dine er endret siden sist. Se over dem her."))
            return to_mine(appointment_id)
        remember_opened(request, taken.pk)
        messages.success(request, _("Den neste timen er bestilt også."))
        return to_mine(appointment_id)

    return choose_time(
        request,
        clinic=clinic,
        route=appointment.route,
        look=lambda: free_places(
            clinic.pk,
            route=appointment.route,
            group=None,
            not_before=first_day_after(decision, appointment.date),
            now=now,
        ),
        take=take,
        back_url=_mine_url(appointment_id),
        heading=_("Når kan du komme neste gang?"),
    )


@access(OWN_APPOINTMENT)
@never_cache
def undo(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Take a cancellation back, if nobody else has the time yet; opened as a page it leads back."""
    if request.method != "POST":
        return to_mine(appointment_id)
    appointment = appointment_with_place(appointment_id)
    try:
        again = undo_cancel(
            appointment_id=appointment_id,
            by=Actor.patient(appointment.patient_id),
            now=timezone.now(),
        )
    except AlreadyBookedError:
        messages.info(request, _("Du har en time fra før. Her kan du se eller endre den."))
        return redirect("appointments:list")
    except (TooLateToUndoError, SlotUnavailableError, TooEarlyError):
        messages.info(request, _("Den timen er ikke ledig lenger. Du kan bestille en ny her."))
        return to_mine(appointment_id)
    remember_opened(request, again.pk)
    messages.success(request, _("Du har timen igjen."))
    return to_mine(again.pk)


def _mine_url(appointment_id: UUID) -> str:
    return reverse("appointments:mine", args=[appointment_id])
