"""Who lacks a place for dose 2, and what they answer when they are reminded of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from appointments.models import NextAnswer
from appointments.selectors.dose_two import dose_two_to_place
from appointments.services.next_answers import settle
from audit.services import record
from care.desk.dose_two import due_with_reminders
from care.desk.permissions import AT_DESK, ON_ANSWER
from care.services.list_reads import record_list_read
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access

HOLDS = {"ja": True, "nei": False}


@access(AT_DESK)
@require_safe
@never_cache
def listed(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """List the people who lack a place for dose 2."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    doses = list(dose_two_to_place([clinic.pk]))
    record_list_read(
        request.session,
        action="dose_two_list.read",
        list_id=clinic.pk,
        patient_ids=[dose.patient_id for dose in doses],
        by=request.actor,
        now=now,
    )
    due = due_with_reminders(doses, now=now)
    return render(request, "desk/dose_two.html", {"clinic": clinic, "due": due})


@access(ON_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def answer(request: StaffRequest, clinic_slug: str, answer_id: UUID) -> HttpResponse:
    """Show what somebody said of dose 2, and note whether it is so."""
    now, holds = timezone.now(), HOLDS.get(request.POST.get("velg", ""))
    if request.method == "POST" and holds is not None:
        if settle(answer_id=answer_id, holds=holds, by=request.actor, now=now):
            words = (
                _("Notert. Personen minnes ikke på dose 2 mer.")
                if holds
                else _("Notert. Påminnelsene fortsetter.")
            )
            messages.success(request, words)
        return redirect("desk:dose_two_to_place", clinic_slug)
    one = get_object_or_404(
        NextAnswer.objects.select_related("clinic", "patient__merged_into", "ended_by"),
        pk=answer_id,
    )
    record(
        action="patient.read",
        by=request.actor,
        now=now,
        patient_id=one.patient_id,
        object_id=one.pk,
    )
    context = {"clinic": one.clinic, "answer": one, "patient": one.patient.kept}
    return render(request, "desk/next_answer.html", context)
