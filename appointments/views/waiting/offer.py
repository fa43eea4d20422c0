"""The page of an offer: yes, no, or off the list. Opening it changes nothing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.domain.waiting import OfferKind, OfferState
from appointments.permissions import OWN_OFFER, remember_entry, remember_offer, remember_opened
from appointments.selectors.own_waiting import (
    appointment_of,
    offer_with_place,
    open_entry_of,
    other_time_of,
)
from appointments.services.booking import AlreadyBookedError
from appointments.services.offers import OfferOverError
from appointments.services.offers import answer as answer_offer
from appointments.services.waiting import leave
from appointments.services.waiting_messages import OFFER_LINK
from appointments.views.links import Opened, follow
from audit.domain import Actor
from clinics.permissions import PUBLIC, access

YES, NO, LEAVE = "ja", "nei", "av"


@access(PUBLIC)
@require_safe
@never_cache
def link(request: HttpRequest, offer_token: str) -> HttpResponse:
    """Open the offer that a link in a message is for; that changes nothing."""

    def opens(offer_id: UUID) -> Opened:
        remember_offer(request, offer_id)
        offer = offer_with_place(offer_id)
        return Opened(reverse("waiting:offer", args=[offer_id]), offer.entry.patient.language)

    return follow(request, offer_token, purpose=OFFER_LINK, opens=opens)


@access(OWN_OFFER)
@require_safe
@never_cache
def offer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Show what is offered and until when to answer, or what has become of it."""
    now = timezone.now()
    found = offer_with_place(offer_id)
    entry = found.entry
    state = OfferState(found.state)
    if state is OfferState.OPEN and found.answer_by <= now:
        state = OfferState.LAPSED
    waits = open_entry_of(
        entry.patient_id, clinic_id=entry.clinic_id, dose_number=entry.dose_number
    )
    if waits is not None:
        remember_entry(request, waits)
    appointment = appointment_of(found, now=timezone.now())
    if appointment is not None:
        remember_opened(request, appointment.pk)
    return render(
        request,
        "waiting/offer.html",
        {
            "offer": found,
            "clinic": found.session.clinic,
            "state": state.value,
            "is_time": found.kind == OfferKind.TIME,
            "starts_at": found.appointment.slot.starts_at
            if found.kind == OfferKind.TIME and found.appointment
            else found.come_by,
            "appointment": appointment,
            "other_time": other_time_of(found, now=timezone.now()),
            "waits": waits,
        },
    )


@access(OWN_OFFER)
@never_cache
def answer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Take the answer. What was answered before, or too late, is told calmly on the page."""
    if request.method != "POST":  # opened as a page, after a pause, say
        return redirect("waiting:offer", offer_id=offer_id)
    now = timezone.now()
    found = offer_with_place(offer_id)
    by = Actor.patient(found.entry.patient_id)
    said = request.POST.get("svar")
    if said == LEAVE:
        leave(entry_id=found.entry_id, by=by, now=now)
        remember_entry(request, found.entry_id)
        return redirect("waiting:mine", entry_id=found.entry_id)
    if said not in {YES, NO}:
        messages.info(request, _("Velg ja eller nei."))
        return redirect("waiting:offer", offer_id=offer_id)
    try:
        answered = answer_offer(offer_id=offer_id, accept=said == YES, by=by, now=now)
    except OfferOverError:
        pass  # the page says what holds
    except AlreadyBookedError:
        messages.info(request, _("Du er registrert som møtt, så du trenger ikke en ny time."))
    else:
        appointment = appointment_of(answered, now=timezone.now())
        if appointment is not None:
            remember_opened(request, appointment.pk)
            messages.success(request, _("Da er timen din."))
            return redirect("appointments:mine", appointment_id=appointment.pk)
    return redirect("waiting:offer", offer_id=offer_id)
