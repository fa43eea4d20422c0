"""A clinician's yes and no to a case."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.services.booking import AlreadyBookedError, TooEarlyError
from appointments.services.seats import SlotUnavailableError
from care.desk.case_forms import ApproveForm, RefuseForm
from care.desk.case_words import REFUSALS
from care.desk.permissions import ON_CASE
from care.desk.views.case_tasks import REFUSED, posted, refused, task_page, unless_mine
from care.desk.views.cases import case_or_404
from care.services.review import approve_and_book, soonest_places
from clinics.permissions import StaffRequest, access
from clinics.templatetags.oslo_time import clock, day
from eligibility.domain.decision import Course, Outcome, Route
from eligibility.models import ReviewCase
from eligibility.services.cases import NothingToApproveError, approve, refuse
from eligibility.services.decisions import course_of
from vaccinations.domain.vial_balance import VOLUME_ML

# The time is the matter: the form is shown again, with the times there are now.
_ABOUT_THE_TIME = (SlotUnavailableError, TooEarlyError, AlreadyBookedError)


@access(ON_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def say_yes(request: StaffRequest, clinic_slug: str, case_id: UUID) -> HttpResponse:
    """Approve a course and sign; book the soonest time with it unless told."""
    now = timezone.now()
    case = case_or_404(clinic_slug, case_id)
    stop = unless_mine(request, case)
    if stop:
        return stop
    suggested = course_of(case.decision)
    if suggested is None or case.decision.outcome != Outcome.CLINICIAN_REVIEW:
        return refused(request, case, NothingToApproveError())
    form = _form(request, case, suggested, now)
    if form.is_valid():
        try:
            words = _approve(request, case, form, now)
        except _ABOUT_THE_TIME as error:
            form = _form(request, case, suggested, now)
            form.is_valid()
            form.add_error("slot", str(REFUSALS[type(error)]))
        except REFUSED as error:
            return refused(request, case, error)
        else:
            messages.success(request, words)
            return redirect("desk:cases", clinic_slug)
    return task_page(request, "desk/case_approve.html", case, form, course=suggested)


def _form(request: StaffRequest, case: ReviewCase, suggested: Course, now: datetime) -> ApproveForm:
    places = [place for _session, place in soonest_places(case, now=now)]
    return ApproveForm(posted(request), suggested=suggested, places=places)


def _approve(request: StaffRequest, case: ReviewCase, form: ApproveForm, now: datetime) -> str:
    """Do it, and say what was done."""
    cleaned = form.cleaned_data
    route = Route(cleaned["route"])
    answer = {
        "case_id": case.pk,
        "course": replace(
            form.suggested, doses=int(cleaned["doses"]), route=route, volume_ml=VOLUME_ML[route]
        ),
        "interval_override_days": cleaned["interval"],
        "reason": cleaned["reason"],
        "by": request.actor,
        "now": now,
    }
    if form.slot_id is None:
        approve(**answer)
        return _("Godkjent og signert. Personen får melding og velger tid selv.")
    booked = approve_and_book(**answer, slot_id=form.slot_id)
    return _("Godkjent, signert og bestilt: %(name)s, %(day)s kl. %(clock)s.") % {
        "name": case.patient.kept.name,
        "day": day(booked.slot.starts_at),
        "clock": clock(booked.slot.starts_at),
    }


@access(ON_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def say_no(request: StaffRequest, clinic_slug: str, case_id: UUID) -> HttpResponse:
    """Refuse with a written reason and sign."""
    case = case_or_404(clinic_slug, case_id)
    stop = unless_mine(request, case)
    if stop:
        return stop
    form = RefuseForm(posted(request))
    if not form.is_valid():
        return task_page(request, "desk/case_refuse.html", case, form)
    try:
        refuse(
            case_id=case_id,
            outcome=Outcome(form.cleaned_data["outcome"]),
            reason=form.cleaned_data["reason"],
            reason_shown=form.cleaned_data["shown"] == "yes",
            by=request.actor,
            now=timezone.now(),
        )
    except REFUSED as error:
        return refused(request, case, error)
    messages.success(request, _("Svaret er signert. Personen får melding."))
    return redirect("desk:cases", clinic_slug)
