"""Asking the clinician about a person who waits, and going on as approved."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appointments.services.moves import ChangedMeanwhileError
from care.dayboard.permissions import ON_PERSON
from care.dayboard.views.arrivals import visit_or_404
from care.dayboard.words import refusal
from care.services.vaccination import PlanChangedError
from care.services.visit_review import (
    NotApprovedError,
    NothingToAskError,
    ask_clinician,
    go_on_as_approved,
)
from clinics.permissions import StaffRequest, access
from eligibility.services.cases import CaseChangedError


@access(ON_PERSON)
@never_cache
def ask(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Put today's answers before a clinician of the clinic; the person waits."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    now = timezone.now()
    decision_id = visit_or_404(appointment_id, now=now).appointment.decision_id
    assert decision_id is not None
    try:
        ask_clinician(
            appointment_id=appointment_id, decision_id=decision_id, by=request.actor, now=now
        )
    except (
        ChangedMeanwhileError,
        PlanChangedError,
        NothingToAskError,
        CaseChangedError,
    ) as error:
        messages.warning(request, str(refusal(error)[0]))
        return redirect("dayboard:person", session_id, appointment_id)
    messages.success(request, _("Legen er spurt. Tavla viser når svaret kommer."))
    return redirect("dayboard:board", session_id)


@access(ON_PERSON)
@never_cache
def go_on(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Let the visit follow what the clinician has approved."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    try:
        go_on_as_approved(appointment_id=appointment_id, by=request.actor, now=timezone.now())
    except (ChangedMeanwhileError, NotApprovedError) as error:
        messages.warning(request, str(refusal(error)[0]))
    return redirect("dayboard:person", session_id, appointment_id)
