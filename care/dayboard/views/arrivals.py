from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.domain.status import MoveNotAllowedError, Status
from appointments.services.day import NotTodayError, check_in
from appointments.services.moves import ChangedMeanwhileError
from audit.services import record
from care.dayboard.permissions import ON_PERSON
from care.dayboard.visit import Visit, visit_of
from care.dayboard.words import refusal
from care.services.arrivals import undo_arrival
from clinics.permissions import StaffRequest, access


@access(ON_PERSON)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def arrive(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Ask whether valid ID was seen, and check the person in (R37)."""
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    if visit.appointment.status != Status.BOOKED:
        # Checked in already: by a second click, or by a colleague.
        return redirect("dayboard:person", session_id, appointment_id)
    if request.method != "POST":
        record_opened(request, visit, now=now)
        context = {"visit": visit, "session": visit.appointment.slot.session, "now": now}
        return render(request, "dayboard/arrive.html", context)
    try:
        check_in(appointment_id=appointment_id, by=request.actor, now=now)
    except (NotTodayError, MoveNotAllowedError, ChangedMeanwhileError) as error:
        messages.error(request, str(refusal(error)[0]))
        return redirect("dayboard:person", session_id, appointment_id)
    messages.success(request, _("Oppmøtet er registrert."))
    return redirect("dayboard:board", session_id)


@access(ON_PERSON)
def take_back(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Take back a check-in."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    try:
        undo_arrival(appointment_id=appointment_id, by=request.actor, now=timezone.now())
    except (NotTodayError, MoveNotAllowedError, ChangedMeanwhileError) as error:
        messages.error(request, str(refusal(error)[0]))
        return redirect("dayboard:person", session_id, appointment_id)
    messages.success(request, _("Oppmøtet er angret."))
    return redirect("dayboard:board", session_id)


def visit_or_404(appointment_id: UUID, *, now: datetime) -> Visit:
    """Return a visit, or raise Http404 for a seat that nobody has booked."""
    visit = visit_of(appointment_id, now=now)
    if visit is None:
        raise Http404
    return visit


def record_opened(request: StaffRequest, visit: Visit, *, now: datetime) -> None:
    """Record that a person was opened; every time counts."""
    record(
        action="patient.read",
        by=request.actor,
        now=now,
        patient_id=visit.patient.pk,
        object_id=visit.appointment.pk,
    )
