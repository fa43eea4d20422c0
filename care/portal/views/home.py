"""A patient's own pages that only show: the first one, the record, and who has read it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.services import record as note
from care.portal.log import WHO, entries_of, in_words
from care.portal.permissions import PROVED, PatientRequest
from care.portal.record import record_of
from clinics.permissions import access

ENTRIES_A_PAGE = 50


@access(PROVED)
@require_safe
@never_cache
def home(request: PatientRequest) -> HttpResponse:
    """Show what is coming, and what a person can see and do here."""
    record = record_of(request.patient_id, now=timezone.now())
    return render(request, "portal/home.html", {"record": record})


@access(PROVED)
@require_safe
@never_cache
def record(request: PatientRequest) -> HttpResponse:
    """Show everything that is stored about the person."""
    now = timezone.now()
    found = record_of(request.patient_id, now=now)
    note(action="own_record.read", by=request.actor, now=now, patient_id=request.patient_id)
    return render(request, "portal/record.html", {"record": found})


@access(PROVED)
@require_safe
@never_cache
def log(request: PatientRequest) -> HttpResponse:
    """Show who has read or changed what: staff first, one's own and the system's apart."""
    who = request.GET.get("hvem", "")
    who = who if who in WHO else "ansatte"
    now = timezone.now()
    page = Paginator(entries_of(request.patient_id, WHO[who]), ENTRIES_A_PAGE).get_page(
        request.GET.get("side")
    )
    lines = in_words(page.object_list)
    note(action="own_log.read", by=request.actor, now=now, patient_id=request.patient_id)
    context = {"on_page": page, "lines": lines, "who": who, "query": f"hvem={who}"}
    return render(request, "portal/log.html", context)
