"""The question whether a person can come at another time that day, and their answer.

It names neither disease nor vaccine: numbers are handed on, and phones are shared.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from appointments.domain.status import Status
from appointments.permissions import OWN_ASK, remember_opened, remember_opened_ask
from appointments.selectors.repairs import ask_with_place, patient_asked, state_now
from appointments.services.repair_asks import ASK_LINK
from appointments.services.repairs import answer_ask
from appointments.views.links import Opened, follow
from audit.domain import Actor
from clinics.permissions import PUBLIC, access

ANSWERS = {"yes": True, "no": False}


@access(PUBLIC)
@require_safe
@never_cache
def link(request: HttpRequest, ask_token: str) -> HttpResponse:
    """Open the question that a link in a message is for; that changes nothing."""

    def opens(ask_id: UUID) -> Opened:
        remember_opened_ask(request, ask_id)
        ask = ask_with_place(ask_id)
        remember_opened(request, ask.appointment_id)
        patient = ask.appointment.patient
        url = reverse("appointments:move_ask", args=[ask_id])
        return Opened(url, patient.language if patient else "")

    return follow(request, ask_token, purpose=ASK_LINK, opens=opens)


@access(OWN_ASK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def question(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Ask, and take the answer; after it, or too late, say what holds."""
    now, answer = timezone.now(), ANSWERS.get(request.POST.get("velg", ""))
    if request.method == "POST" and answer is not None:
        by = Actor.patient(patient_asked(ask_id))
        answer_ask(ask_id=ask_id, yes=answer, by=by, now=now)
        return redirect("appointments:move_ask", ask_id)
    ask = ask_with_place(ask_id)
    appointment = ask.appointment
    return render(
        request,
        "appointments/move_ask.html",
        {
            "ask": ask,
            "state": state_now(ask, now).value,
            "is_over": ask.repair.ended_at is not None or ask.repair.answer_by <= now,
            "appointment": appointment,
            "is_booked": appointment.status == Status.BOOKED and appointment.slot.starts_at > now,
            "clinic": ask.repair.session.clinic,
        },
    )
