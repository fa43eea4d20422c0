"""A visit that ends with "not today": another time now, or a call later."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from appointments.domain.status import MoveNotAllowedError
from appointments.selectors.places import SessionPlaces, free_places
from appointments.selectors.postponed import to_be_called
from appointments.services import postponing
from appointments.services.booking import AlreadyBookedError, TooEarlyError
from appointments.services.day import NotTodayError
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.seats import SlotUnavailableError
from care.dayboard.new_time import NewTimeForm
from care.dayboard.permissions import AT_CLINIC, ON_PERSON
from care.dayboard.views.arrivals import record_opened, visit_or_404
from care.dayboard.visit import Visit
from care.dayboard.words import Words, refusal
from care.services.list_reads import record_list_read
from care.services.postponing import NotPostponedError, postpone_visit
from care.services.vaccination import PlanChangedError
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access
from clinics.templatetags.oslo_time import clock, day

SETTLED = (NotPostponedError, AlreadyBookedError, ChangedMeanwhileError, NotTodayError)


@access(ON_PERSON)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_time(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Show the free times from the first possible day, and postpone the visit to the chosen one."""
    now = timezone.now()
    visit = visit_or_404(appointment_id, now=now)
    if visit.later is None or visit.next_place is not None:
        return redirect("dayboard:person", session_id, appointment_id)
    if request.method != "POST":
        record_opened(request, visit, now=now)
    posted = request.POST if request.method == "POST" else None
    start = {"decision": visit.appointment.decision_id}
    form = NewTimeForm(posted, initial=start, found=_found(visit, now))
    if not form.is_valid():
        return _times(request, visit, form)
    try:
        booked = postpone_visit(
            appointment_id=appointment_id,
            decision_id=form.cleaned_data["decision"],
            slot_id=form.cleaned_data["slot"],
            by=request.actor,
            now=now,
        )
    except (SlotUnavailableError, TooEarlyError) as error:
        again = NewTimeForm(request.POST, found=_found(visit, now))
        again.add_error("slot", str(refusal(error)[0]))
        return _times(request, visit, again)
    except PlanChangedError as error:
        # Told of it, the nurse may choose again: by the newest answers.
        again = NewTimeForm(
            {"decision": visit.appointment.decision_id, "slot": form.cleaned_data["slot"]},
            found=_found(visit, now),
        )
        return _times(request, visit, again, refusals=refusal(error))
    except SETTLED as error:
        messages.warning(request, str(refusal(error)[0]))
        return redirect("dayboard:person", session_id, appointment_id)
    starts_at = booked.slot.starts_at
    words = _("Ny time: %(day)s kl. %(clock)s.") % {
        "day": day(starts_at),
        "clock": clock(starts_at),
    }
    messages.success(request, words)
    return redirect("dayboard:person", session_id, appointment_id)


@access(ON_PERSON)
def decline(request: StaffRequest, session_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Note that the person does not want the dose, at the visit or when called."""
    if request.method != "POST":
        return redirect("dayboard:person", session_id, appointment_id)
    try:
        postponing.decline(appointment_id=appointment_id, by=request.actor, now=timezone.now())
    except (MoveNotAllowedError, ChangedMeanwhileError) as error:
        messages.warning(request, str(refusal(error)[0]))
    return redirect("dayboard:person", session_id, appointment_id)


@access(AT_CLINIC)
@require_safe
@never_cache
def to_call(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """List the people whose visit was postponed without a new time, to be called."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    people = list(to_be_called([clinic.pk], now=now))
    record_list_read(
        request.session,
        action="call_list.read",
        list_id=clinic.pk,
        patient_ids=[one.patient_id for one in people],
        by=request.actor,
        now=now,
    )
    return render(request, "dayboard/to_call.html", {"clinic": clinic, "people": people})


def _found(visit: Visit, now: datetime) -> list[SessionPlaces]:
    assert visit.later is not None
    return free_places(
        visit.appointment.slot.session.clinic_id,
        route=visit.later.course.route,
        group=visit.later.group,
        not_before=visit.later.not_before,
        now=now,
    )


def _times(
    request: StaffRequest, visit: Visit, form: NewTimeForm, *, refusals: list[Words] | None = None
) -> HttpResponse:
    context = {
        "visit": visit,
        "session": visit.appointment.slot.session,
        "form": form,
        "refusals": refusals or [],
    }
    return render(request, "dayboard/new_time.html", context)
