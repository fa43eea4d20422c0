"""Two rows side by side, to be merged into one person; and taking that back."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.models import Appointment
from audit.services import record_many
from care.desk.merge_view import hindrances_in_words, side_by_side
from care.desk.permissions import LEAD_ON_KNOWN, ON_TWO_KNOWN
from care.desk.record_forms import MergeForm, UndoMergeForm
from care.services import merging
from care.services.merge_rules import Hindrance
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access
from patients.models import Patient, PatientMerge


@access(ON_TWO_KNOWN)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def merge(
    request: StaffRequest, clinic_slug: str, patient_id: UUID, other_id: UUID
) -> HttpResponse:
    """Show both, and what stands in the way; with a reason, merge the other into the first."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    rows = Patient.objects.in_bulk([patient_id, other_id])
    if len(rows) < 2:
        raise Http404
    keep, drop = rows[patient_id], rows[other_id]
    if drop.merged_into_id == keep.pk:
        messages.info(request, _("De to oppføringene er slått sammen."))
        return redirect("desk:person", clinic_slug, keep.pk)
    form = MergeForm(request.POST if request.method == "POST" else None)
    found: Sequence[Hindrance] = merging.hindrances(keep, drop, clinic_id=clinic.pk)
    if request.method == "POST" and form.is_valid():
        try:
            merging.merge(
                keep_id=keep.pk,
                drop_id=drop.pk,
                reason=form.cleaned_data["reason"],
                by=request.actor,
                now=now,
            )
        except merging.MergeRefusedError as error:
            found = error.hindrances
        else:
            messages.success(request, _("De to oppføringene er slått sammen til én person."))
            return redirect("desk:person", clinic_slug, keep.pk)
    _record_read(request, keep.pk, drop.pk, clinic)
    context = {
        "clinic": clinic,
        "keep": keep,
        "drop": drop,
        "lines": side_by_side(keep, drop),
        "hindrances": hindrances_in_words(found),
        "times": [one for each in found for one in each.appointments if _is_here(one, clinic)],
        "form": form,
    }
    return render(request, "desk/merge.html", context)


@access(LEAD_ON_KNOWN)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unmerge(
    request: StaffRequest, clinic_slug: str, patient_id: UUID, other_id: UUID
) -> HttpResponse:
    """Ask a lead why, and let two rows be two people again."""
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    found = (
        PatientMerge.objects.filter(kept=patient_id, dropped=other_id, undone_at=None)
        .select_related("kept", "dropped", "merged_by")
        .first()
    )
    if found is None:
        messages.info(request, _("De to oppføringene er ikke slått sammen."))
        return redirect("desk:person", clinic_slug, patient_id)
    form = UndoMergeForm(request.POST if request.method == "POST" else None)
    possible = merging.may_be_undone(found)
    if request.method == "POST" and form.is_valid():
        try:
            merging.undo_merge(
                drop_id=other_id,
                reason=form.cleaned_data["reason"],
                by=request.actor,
                now=timezone.now(),
            )
        except merging.UndoRefusedError:
            possible = False
        else:
            messages.success(request, _("De to oppføringene er to personer igjen."))
            return redirect("desk:person", clinic_slug, patient_id)
    _record_read(request, found.kept_id, found.dropped_id, clinic)
    context = {"clinic": clinic, "merge": found, "form": form, "possible": possible}
    return render(request, "desk/unmerge.html", context)


def _record_read(request: StaffRequest, one: UUID, other: UUID, clinic: Clinic) -> None:
    record_many(
        action="person.merge_read",
        by=request.actor,
        now=timezone.now(),
        patients={one: clinic.pk, other: clinic.pk},
    )


def _is_here(one: Appointment, clinic: Clinic) -> bool:
    return one.slot.session.clinic_id == clinic.pk
