"""What a clinician does with a case short of deciding it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from care.desk.case_forms import CloseForm, HandOverForm
from care.desk.permissions import ON_CASE, ON_CASES
from care.desk.views.case_tasks import (
    REFUSED,
    posted,
    refused,
    task_page,
    to_case,
    unless_mine,
)
from care.desk.views.cases import case_or_404
from clinics.permissions import StaffRequest, access
from clinics.selectors import all_clinics
from eligibility.domain.cases import TAKEN
from eligibility.selectors.cases import has_handed_over
from eligibility.services import cases


@access(ON_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: StaffRequest, clinic_slug: str, case_id: UUID) -> HttpResponse:
    """Take a case that nobody has."""
    case = case_or_404(clinic_slug, case_id)
    pressed_twice = case.state in TAKEN and case.claimed_by_id == request.user.pk
    if request.method != "POST" or pressed_twice:
        return to_case(case)
    try:
        cases.claim(case_id=case_id, by=request.actor, now=timezone.now())
    except REFUSED as error:
        return refused(request, case, error)
    return to_case(case)


@access(ON_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
def put_back(request: StaffRequest, clinic_slug: str, case_id: UUID) -> HttpResponse:
    """Put one's case back in the queue."""
    case = case_or_404(clinic_slug, case_id)
    if request.method != "POST":  # the address was opened as a page
        return to_case(case)
    try:
        cases.release(case_id=case_id, by=request.actor, now=timezone.now())
    except REFUSED as error:
        return refused(request, case, error)
    messages.success(request, _("Saken er lagt tilbake i køen."))
    return redirect("desk:cases", clinic_slug)


@access(ON_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take_from_colleague(request: StaffRequest, clinic_slug: str, case_id: UUID) -> HttpResponse:
    """Ask, and take a case from the colleague who has it."""
    case = case_or_404(clinic_slug, case_id)
    if case.state not in TAKEN or case.claimed_by_id == request.user.pk:
        return to_case(case)
    if request.method != "POST":
        return render(request, "desk/case_take_over.html", {"clinic": case.clinic, "case": case})
    holder = request.POST.get("holder", "")
    try:
        cases.take_over(
            case_id=case_id,
            # Something else than a number is nobody's: the case is then another's.
            holder_id=int(holder) if holder.isascii() and holder.isdigit() else 0,
            by=request.actor,
            now=timezone.now(),
        )
    except REFUSED as error:
        return refused(request, case, error)
    messages.success(request, _("Du har overtatt saken."))
    return to_case(case)


@access(ON_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_for_call(request: StaffRequest, clinic_slug: str, case_id: UUID) -> HttpResponse:
    """Ask, and send the person a message to call the clinic."""
    case = case_or_404(clinic_slug, case_id)
    stop = unless_mine(request, case)
    if stop:
        return stop
    if request.method != "POST":
        return render(request, "desk/case_call.html", {"clinic": case.clinic, "case": case})
    try:
        cases.ask_to_call(case_id=case_id, by=request.actor, now=timezone.now())
    except REFUSED as error:
        return refused(request, case, error)
    messages.success(request, _("Personen har fått melding om å ringe. Saken er fortsatt din."))
    return to_case(case)


@access(ON_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def send_on(request: StaffRequest, clinic_slug: str, case_id: UUID) -> HttpResponse:
    """Ask where to, and hand a case over to another clinic.

    Who has done so a moment ago, and presses again, is told so: the case is not here any more.
    """
    try:
        case = case_or_404(clinic_slug, case_id)
    except Http404:
        if not has_handed_over(case_id, staff_id=request.user.pk):
            raise
        messages.info(request, _("Du har sendt saken til et annet sted."))
        return redirect("desk:cases", clinic_slug)
    stop = unless_mine(request, case)
    if stop:
        return stop
    others = [clinic for clinic in all_clinics() if clinic.pk != case.clinic_id]
    form = HandOverForm(posted(request), clinics=others)
    if not form.is_valid():
        return task_page(request, "desk/case_hand_over.html", case, form, others=others)
    chosen = next(c for c in others if str(c.pk) == form.cleaned_data["clinic"])
    try:
        cases.hand_over(
            case_id=case_id,
            clinic_id=chosen.pk,
            note=form.cleaned_data["note"],
            by=request.actor,
            now=timezone.now(),
        )
    except REFUSED as error:
        return refused(request, case, error)
    messages.success(request, _("Saken er sendt til %(clinic)s.") % {"clinic": chosen.name})
    return redirect("desk:cases", clinic_slug)


@access(ON_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def end_undecided(request: StaffRequest, clinic_slug: str, case_id: UUID) -> HttpResponse:
    """Ask why, and end a case without a decision."""
    case = case_or_404(clinic_slug, case_id)
    stop = unless_mine(request, case)
    if stop:
        return stop
    form = CloseForm(posted(request))
    if not form.is_valid():
        return task_page(request, "desk/case_close.html", case, form)
    try:
        cases.close(
            case_id=case_id,
            reason=form.cleaned_data["reason"],
            by=request.actor,
            now=timezone.now(),
        )
    except REFUSED as error:
        return refused(request, case, error)
    messages.success(request, _("Saken er avsluttet uten avgjørelse."))
    return redirect("desk:cases", clinic_slug)
