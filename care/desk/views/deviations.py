"""The deviations that the lead is told of."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from care.dayboard.deviation_words import deviations_in_words
from care.dayboard.words import Words
from care.desk.permissions import ON_DEVIATION, SEES_DEVIATIONS
from care.services.list_reads import record_list_read
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access
from vaccinations.models import Dose
from vaccinations.selectors.deviations import deviating
from vaccinations.services.deviations import NoDeviationError, SeenAlreadyError, note_seen

# The newest that somebody has seen; older ones stand in the patients' records.
SHOWN = 200
LONGEST_COMMENT = 1000


class SeenForm(forms.Form):
    """What was done about a deviation, or will be."""

    comment = forms.CharField(max_length=LONGEST_COMMENT, required=False)


@dataclass(frozen=True)
class DeviationShown:
    """A dose with what it was outside of, in words."""

    dose: Dose
    words: list[Words]


@access(SEES_DEVIATIONS)
@require_safe
@never_cache
def listed(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """List the doses that were outside of something, the unseen on top."""
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    found = [
        DeviationShown(dose, deviations_in_words(dose.deviation))
        for dose in deviating([clinic.pk])[:SHOWN]
    ]
    record_list_read(
        request.session,
        action="deviation_list.read",
        list_id=clinic.pk,
        patient_ids=[one.dose.patient_id for one in found],
        by=request.actor,
        now=timezone.now(),
    )
    context = {
        "clinic": clinic,
        "unseen": [one for one in found if not hasattr(one.dose, "deviation_seen")],
        "seen": [one for one in found if hasattr(one.dose, "deviation_seen")],
        "longest": LONGEST_COMMENT,
    }
    return render(request, "desk/deviations.html", context)


@access(ON_DEVIATION)
def seen(request: StaffRequest, clinic_slug: str, dose_id: UUID) -> HttpResponse:
    """Note that the reader has seen a deviation, with a comment."""
    if request.method == "POST":
        form = SeenForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Kommentaren er for lang, eller kan ikke lagres."))
            return redirect("desk:deviations", clinic_slug)
        try:
            note_seen(
                dose_id=dose_id,
                comment=form.cleaned_data["comment"],
                by=request.actor,
                now=timezone.now(),
            )
        except (SeenAlreadyError, NoDeviationError):
            messages.info(request, _("Avviket er sett allerede."))
        else:
            messages.success(request, _("Avviket er merket som sett."))
    return redirect("desk:deviations", clinic_slug)
