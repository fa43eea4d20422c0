"""A person's own place on a list: see it, change what it is for, leave."""

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
from appointments.forms.waiting import WishForm
from appointments.permissions import OWN_APPOINTMENT, OWN_ENTRY, remember_entry, remember_offer
from appointments.selectors.mine import appointment_with_place
from appointments.selectors.own_waiting import entry_with_place, open_entry_of, open_offer_of
from appointments.services.waiting import (
    NothingToWaitForError,
    NotWaitingError,
    join,
)
from appointments.services.waiting import (
    change as change_wish,
)
from appointments.services.waiting import (
    leave as leave_list,
)
from appointments.services.waiting_messages import WAITING_LINK
from appointments.views.links import Opened, follow
from appointments.views.waiting.words import wish_in_words
from audit.domain import Actor
from clinics.permissions import PUBLIC, access
from patients.selectors import recipients
from patients.services.stops import start_messages as start_again


@access(PUBLIC)
@require_safe
@never_cache
def link(request: HttpRequest, waiting_token: str) -> HttpResponse:
    """Open the place on a list that a link in a message is for; that changes nothing."""

    def opens(entry_id: UUID) -> Opened:
        remember_entry(request, entry_id)
        entry = entry_with_place(entry_id)
        return Opened(reverse("waiting:mine", args=[entry_id]), entry.patient.language)

    return follow(request, waiting_token, purpose=WAITING_LINK, opens=opens)


@access(OWN_ENTRY)
@require_safe
@never_cache
def mine(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Show what somebody waits for, an offer that is open, and what they can do."""
    entry = entry_with_place(entry_id)
    waits = entry.ended_at is None
    offer = open_offer_of(entry, now=timezone.now()) if waits else None
    if offer is not None:
        remember_offer(request, offer.pk)
    return render(
        request,
        "waiting/mine.html",
        {
            "entry": entry,
            "clinic": entry.clinic,
            "waits": waits,
            "offer": offer,
            "rows": wish_in_words(entry),
            "stopped": waits and recipients([entry.patient_id])[entry.patient_id].gets_no_offers,
        },
    )


@access(OWN_ENTRY)
@never_cache
def change(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Change what somebody waits for; their place in line stays."""
    entry = entry_with_place(entry_id)
    if entry.ended_at is not None:
        return redirect("waiting:mine", entry_id=entry_id)
    now = timezone.now()
    form = WishForm(request.POST if request.method == "POST" else None, now=now, entry=entry)
    if request.method == "POST" and form.is_valid():
        try:
            change_wish(
                entry_id=entry_id, wish=form.wish, by=Actor.patient(entry.patient_id), now=now
            )
        except NotWaitingError:
            return redirect("waiting:mine", entry_id=entry_id)
        messages.success(request, _("Endringen er lagret. Du har samme plass i køen."))
        return redirect("waiting:mine", entry_id=entry_id)
    return render(
        request,
        "waiting/change.html",
        {
            "form": form,
            "clinic": entry.clinic,
            "back_url": reverse("waiting:mine", args=[entry_id]),
        },
    )


@access(OWN_ENTRY)
@never_cache
def start_messages(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Let somebody who stopped messages be sent offers again."""
    if request.method == "POST":
        patient_id = entry_with_place(entry_id).patient_id
        by, now = Actor.patient(patient_id), timezone.now()
        start_again(patient_id=patient_id, by=by, now=now, reason="own_page")
    return redirect("waiting:mine", entry_id=entry_id)


@access(OWN_ENTRY)
@never_cache
def leave(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Ask once more, then take the person off the list."""
    entry = entry_with_place(entry_id)
    if request.method == "POST":
        leave_list(entry_id=entry_id, by=Actor.patient(entry.patient_id), now=timezone.now())
    elif entry.ended_at is None:
        return render(request, "waiting/leave.html", {"entry": entry, "clinic": entry.clinic})
    return redirect("waiting:mine", entry_id=entry_id)


@access(OWN_APPOINTMENT)
@never_cache
def earlier(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Let somebody who has a time wait for an earlier one; they keep theirs until they say yes."""
    appointment = appointment_with_place(appointment_id)
    now = timezone.now()
    patient_id, clinic = appointment.patient_id, appointment.slot.session.clinic
    if appointment.status != Status.BOOKED or appointment.slot.starts_at <= now:
        return redirect("appointments:mine", appointment_id=appointment_id)
    assert patient_id is not None
    assert appointment.decision_id is not None
    known = open_entry_of(patient_id, clinic_id=clinic.pk, dose_number=appointment.dose_number)
    if known is not None:
        remember_entry(request, known)
        return redirect("waiting:mine", entry_id=known)
    form = WishForm(request.POST if request.method == "POST" else None, now=now, earlier=True)
    if request.method == "POST" and form.is_valid():
        try:
            entry = join(
                patient_id=patient_id,
                clinic_id=clinic.pk,
                decision_id=appointment.decision_id,
                dose_number=appointment.dose_number,
                route=appointment.route,
                not_before=appointment.not_before,
                wish=form.wish,
                by=Actor.patient(patient_id),
                now=now,
            )
        except NothingToWaitForError:
            return redirect("appointments:mine", appointment_id=appointment_id)
        remember_entry(request, entry.pk)
        messages.success(request, _("Du står på ventelisten. Timen din har du fortsatt."))
        return redirect("waiting:mine", entry_id=entry.pk)
    return render(
        request,
        "waiting/earlier.html",
        {
            "form": form,
            "clinic": clinic,
            "appointment": appointment,
            "back_url": reverse("appointments:mine", args=[appointment_id]),
        },
    )
