"""The clinician's queue, and a case of it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.services import record
from care.dayboard.words import FLAGS
from care.desk.case_queue import queue_of, shown
from care.desk.case_words import OUTCOMES, ROUTES, dose_in_words, sent_in_words
from care.desk.permissions import ON_CASE, ON_CASES
from care.services.list_reads import record_list_read
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access
from clinics.selectors import clinic_by_slug
from eligibility.models import ReviewCase
from eligibility.selectors.cases import case_at, events_of, lately_ended_cases
from vaccinations.selectors import doses_of


@access(ON_CASES)
@require_safe
@never_cache
def queue(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """List the cases that wait for an answer, the most urgent first, and those lately ended."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    waiting = queue_of(clinic.pk, reader=request.user, now=now)
    ended = list(lately_ended_cases(clinic.pk, now=now))
    record_list_read(
        request.session,
        action="case_list.read",
        list_id=clinic.pk,
        patient_ids=[case.patient_id for case in [*(one.case for one in waiting), *ended]],
        by=request.actor,
        now=now,
    )
    context = {"clinic": clinic, "waiting": waiting, "ended": ended, "now": now}
    return render(request, "desk/cases.html", context)


@access(ON_CASE)
@require_safe
@never_cache
def case_page(request: StaffRequest, clinic_slug: str, case_id: UUID) -> HttpResponse:
    """Show a case. What the person sent, and the number to call, is for the one who has it."""
    now = timezone.now()
    case = case_or_404(clinic_slug, case_id)
    one = shown(case, reader=request.user, now=now)
    record(
        action="case.sent_read" if one.is_mine else "case.read",
        by=request.actor,
        now=now,
        patient_id=case.patient_id,
        object_id=case.pk,
    )
    context = {
        "clinic": case.clinic,
        "one": one,
        "case": case,
        "now": now,
        "outcome": OUTCOMES[case.decision.outcome],
        "route": ROUTES[one.course.route] if one.course else "",
        "flags": [FLAGS[flag] for flag in one.flags],
        "doses": doses_of([case.patient_id])[case.patient_id],
        "told": [dose_in_words(dose) for dose in case.decision.previous_doses],
        "sent": sent_in_words(case.sent) if one.is_mine else [],
        "events": events_of(case),
        "answer": OUTCOMES[case.outcome.outcome] if case.outcome else "",
    }
    return render(request, "desk/case.html", context)


def case_or_404(clinic_slug: str, case_id: UUID) -> ReviewCase:
    """Return the case in the URL."""
    clinic = clinic_by_slug(clinic_slug)
    case = case_at(clinic.pk, case_id) if clinic else None
    if case is None:
        raise Http404
    return case
