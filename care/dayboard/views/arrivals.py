"""The check-in: the right person, their ID, what it corrects; and taking it back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.domain.status import MoveNotAllowedError, Status
from appointments.services.booking import AlreadyBookedError
from appointments.services.day import NotTodayError
from appointments.services.moves import ChangedMeanwhileError
from audit.services import record
from care.dayboard.arrive_form import ArriveForm
from care.dayboard.permissions import ON_PERSON
from care.dayboard.same_number import SameNumber, same_number
from care.dayboard.visit import Visit, visit_of
from care.dayboard.words import refusal
from care.services.arrivals import arrive as check_in
from care.services.arrivals import correct_arrived, undo_arrival
from clinics.domain.calendar import oslo_date
from clinics.permissions import StaffRequest, access
from clinics.templatetags.oslo_time import clock
from patients.services.registration import IdentityTakenError

# In the address: the page to come back to is the search, for the next in the queue.
FROM_SEARCH = "fra"
_REFUSED = (NotTodayError, MoveNotAllowedError, ChangedMeanwhileError, AlreadyBookedError)


@access(ON_PERSON)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def arrive(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Ask whether it is the right person and what their ID shows, and check them in (R37)."""
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    if visit.appointment.status not in {Status.BOOKED, Status.NO_SHOW}:
        _say_who_was_first(request, visit)
        return redirect("dayboard:person", session_id, appointment_id)
    form = _form(request, visit, now=now)
    if not form.is_valid():
        return _page(request, visit, form, now=now)
    try:
        check_in(
            appointment_id=appointment_id,
            document=form.cleaned_data["document"],
            shown=form.shown,
            by=request.actor,
            now=now,
        )
    except IdentityTakenError as taken:
        return _taken(request, visit, taken, now=now)
    except _REFUSED as error:
        if isinstance(error, ChangedMeanwhileError):
            _say_who_was_first(request, visit_or_404(appointment_id, now=now))
        else:
            messages.error(request, str(refusal(error)[0]))
        return redirect("dayboard:person", session_id, appointment_id)
    messages.success(request, _("Oppmøtet er registrert."))
    back = "dayboard:find" if FROM_SEARCH in request.GET else "dayboard:board"
    return redirect(back, session_id)


@access(ON_PERSON)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def identity(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Correct name, birth date or number of somebody who has arrived."""
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    if not visit.waits:
        messages.warning(request, str(refusal(ChangedMeanwhileError(visit.appointment.status))[0]))
        return redirect("dayboard:person", session_id, appointment_id)
    form = _form(request, visit, now=now)
    if not form.is_valid():
        return _page(request, visit, form, now=now)
    try:
        ask_again = correct_arrived(
            appointment_id=appointment_id,
            document=form.cleaned_data["document"],
            shown=form.shown,
            by=request.actor,
            now=now,
        )
    except IdentityTakenError as taken:
        return _taken(request, visit, taken, now=now)
    except ChangedMeanwhileError as error:
        messages.warning(request, str(refusal(error)[0]))
        return redirect("dayboard:person", session_id, appointment_id)
    messages.success(request, _("Opplysningene er lagret."))
    if ask_again:
        messages.warning(
            request, _("Fødselsdatoen er en annen enn før. Still spørsmålene på nytt.")
        )
    return redirect("dayboard:person", session_id, appointment_id)


@access(ON_PERSON)
def take_back(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Take back a check-in."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    try:
        undo_arrival(appointment_id=appointment_id, by=request.actor, now=timezone.now())
    except _REFUSED as error:
        messages.error(request, str(refusal(error)[0]))
        return redirect("dayboard:person", session_id, appointment_id)
    messages.success(
        request,
        _("Oppmøtet er angret. Dagens svar og det som ble rettet, gjelder ikke lenger."),
    )
    return redirect("dayboard:board", session_id)


def visit_or_404(appointment_id: UUID, *, now: datetime) -> Visit:
    """Return a visit, or raise Http404 for a seat that nobody has booked."""
    visit = visit_of(appointment_id, now=now)
    if visit is None:
        raise Http404
    return visit


def record_opened(request: StaffRequest, visit: Visit, *, now: datetime) -> None:
    """Record that a person was opened; every time counts, whatever the method."""
    record(
        action="patient.read",
        by=request.actor,
        now=now,
        patient_id=visit.patient.pk,
        object_id=visit.appointment.pk,
    )


def _form(request: StaffRequest, visit: Visit, *, now: datetime, taken: bool = False) -> ArriveForm:
    posted: QueryDict | None = request.POST if request.method == "POST" else None
    return ArriveForm(posted, patient=visit.patient, today=oslo_date(now), taken=taken)


def _page(
    request: StaffRequest,
    visit: Visit,
    form: ArriveForm,
    *,
    now: datetime,
    same: SameNumber | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "visit": visit,
        "session": visit.appointment.slot.session,
        "now": now,
        "form": form,
        "same": same,
        "from_search": FROM_SEARCH in request.GET,
    }
    record_opened(request, visit, now=now)
    return render(request, "dayboard/arrive.html", context)


def _taken(
    request: StaffRequest, visit: Visit, taken: IdentityTakenError, *, now: datetime
) -> HttpResponse:
    """Show who else has the number: the same person twice, or a digit that is wrong."""
    session = visit.appointment.slot.session
    same = same_number(taken.patient_id, session=session, by=request.actor, now=now)
    form = _form(request, visit, now=now, taken=True)
    form.is_valid()
    form.add_error("id_number", _("Nummeret er bekreftet for en annen oppføring."))
    return _page(request, visit, form, now=now, same=same)


def _say_who_was_first(request: StaffRequest, visit: Visit) -> None:
    """Tell the second of two who did it; the second of two clicks needs no telling."""
    appointment, by = visit.appointment, visit.appointment.id_seen_by
    if appointment.arrived_at is None or by is None or by == request.user:
        return
    messages.info(
        request,
        _("%(name)s registrerte oppmøtet kl. %(time)s.")
        % {"name": by, "time": clock(appointment.arrived_at)},
    )
