"""A visit that ends without a dose for a reason that the questions do not give, and its undo."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.domain.endings import EndReason
from appointments.domain.status import MoveNotAllowedError
from appointments.services.booking import AlreadyBookedError
from appointments.services.day import NotTodayError
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.taking_back import take_back_end
from care.dayboard.ending_form import NEW_TIME, NOTHING, EndForm
from care.dayboard.permissions import ON_PERSON
from care.dayboard.views.arrivals import record_opened, visit_or_404
from care.dayboard.visit import Visit
from care.dayboard.words import refusal
from care.services.visit_review import end_visit_for
from clinics.permissions import StaffRequest, access
from eligibility.domain.decision import Outcome


@access(ON_PERSON)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def end(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Ask why a person goes without the dose and what comes next, and end the visit."""
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    if not visit.waits:
        # Ended already: by a second click, or by a colleague.
        return redirect("dayboard:person", session_id, appointment_id)
    form = EndForm(
        request.POST if request.method == "POST" else None, may_come_again=_may_come_again(visit)
    )
    if request.method == "POST" and form.is_valid():
        return _end(request, session_id, appointment_id, form)
    record_opened(request, visit, now=now)
    context = {"visit": visit, "session": visit.appointment.slot.session, "form": form}
    return render(request, "dayboard/end.html", context)


def _end(
    request: StaffRequest, session_id: UUID, appointment_id: UUID, form: EndForm
) -> HttpResponse:
    try:
        end_visit_for(
            appointment_id=appointment_id,
            reason=EndReason(form.cleaned_data["reason"]),
            note=form.cleaned_data["note"].strip(),
            # On the list at once: if no time is found after all, nobody forgets them.
            call_back=form.next != NOTHING,
            by=request.actor,
            now=timezone.now(),
        )
    except (NotTodayError, MoveNotAllowedError, ChangedMeanwhileError) as error:
        messages.warning(request, str(refusal(error)[0]))
        return redirect("dayboard:person", session_id, appointment_id)
    if form.next == NEW_TIME:
        return redirect("dayboard:new_time", session_id, appointment_id)
    return redirect("dayboard:person", session_id, appointment_id)


@access(ON_PERSON)
def take_back(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Let a visit go on that was ended by mistake, or whose person came back."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    try:
        take_back_end(appointment_id=appointment_id, by=request.actor, now=timezone.now())
    except (
        NotTodayError,
        MoveNotAllowedError,
        ChangedMeanwhileError,
        AlreadyBookedError,
    ) as error:
        messages.warning(request, str(refusal(error)[0]))
    else:
        messages.success(request, _("Besøket går videre. Personen venter igjen."))
    return redirect("dayboard:person", session_id, appointment_id)


def _may_come_again(visit: Visit) -> bool:
    decision = visit.appointment.decision
    outcomes = {Outcome.ELIGIBLE, Outcome.DEFER}
    return visit.course is not None and decision is not None and decision.outcome in outcomes
