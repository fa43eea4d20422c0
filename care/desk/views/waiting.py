"""A clinic's waiting list for staff: who waits, what is offered, who was passed over and why."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from appointments.domain.waiting import WaitEnd
from appointments.models import WaitingEntry
from appointments.services.waiting import leave
from audit.services import record
from care.dayboard.display import display_of
from care.desk.permissions import AT_DESK, ON_ENTRY
from care.desk.waiting_form import RemoveForm
from care.desk.waiting_list import waiting_list_of
from care.services.list_reads import record_list_read
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access


@access(AT_DESK)
@require_safe
@never_cache
def waiting(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """Show the list."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    found = waiting_list_of(clinic.pk, now=now)
    people = [
        *(one.entry.patient_id for one in found.line),
        *(one.offer.entry.patient_id for one in found.offers),
        *(one.skip.entry.patient_id for one in found.skips),
    ]
    record_list_read(
        request.session,
        action="waiting_list.read",
        list_id=clinic.pk,
        patient_ids=people,
        by=request.actor,
        now=now,
    )
    return render(request, "desk/waiting.html", {"clinic": clinic, "found": found, "now": now})


@access(ON_ENTRY)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def remove(request: StaffRequest, clinic_slug: str, entry_id: UUID) -> HttpResponse:
    """Ask why, and take somebody off the list; an offer they have is taken back."""
    now = timezone.now()
    entry = get_object_or_404(
        WaitingEntry.objects.select_related("clinic", "patient__merged_into"), pk=entry_id
    )
    if entry.ended_at is not None:
        messages.info(request, _("Personen står ikke på listen lenger."))
        return redirect("desk:waiting", clinic_slug)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        leave(
            entry_id=entry_id,
            by=request.actor,
            now=now,
            end=WaitEnd.REMOVED,
            reason=form.cleaned_data["reason"],
        )
        words = _("%(name)s er tatt av listen.") % {
            "name": display_of(request).name_of(entry.patient)
        }
        messages.success(request, words)
        return redirect("desk:waiting", clinic_slug)
    record(
        action="waiting.read",
        by=request.actor,
        now=now,
        patient_id=entry.patient_id,
        object_id=entry.pk,
    )
    context = {"clinic": entry.clinic, "entry": entry, "form": form}
    return render(request, "desk/waiting_remove.html", context)
