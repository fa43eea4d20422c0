"""Handing a person the way to their own pages, at the visit, after the ID check.

The code itself is kept nowhere but, for five minutes, in what only this browser can read: so long
the slip can be loaded again to be printed.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.services import record
from care.desk.permissions import ON_KNOWN
from care.desk.portal_access_form import HandOverForm
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access
from clinics.qr_code import picture_of
from patients.domain.activation_codes import spoken
from patients.models import Patient
from patients.permissions import ensure_browser_key
from patients.services import drafts
from patients.services.activations import (
    LIFETIME,
    end_access,
    hand_over,
    open_codes,
    standing_browsers,
)

_DRAFT, _SHOWN_SECONDS = "handed over", 300


@access(ON_KNOWN)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def give(request: StaffRequest, clinic_slug: str, patient_id: UUID) -> HttpResponse:
    """Make a code for the slip, which is shown next."""
    patient = get_object_or_404(Patient, pk=patient_id)
    if patient.merged_into_id is not None:
        return redirect("desk:portal_access", clinic_slug, patient.merged_into_id)
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    form = HandOverForm(request.POST if request.method == "POST" else None)
    context = {"clinic": clinic, "patient": patient, "form": form}
    if patient.id_seen_at is not None and request.method == "POST" and form.is_valid():
        code = hand_over(patient_id=patient.pk, clinic_id=clinic.pk, by=request.actor, now=now)
        shown = {"patient": str(patient.pk), "code": code, "until": (now + LIFETIME).isoformat()}
        drafts.save(ensure_browser_key(request), _DRAFT, shown, seconds=_SHOWN_SECONDS)
        return redirect("desk:portal_access_slip", clinic_slug, patient.pk)
    record(
        action="patient.read",
        by=request.actor,
        now=now,
        patient_id=patient.pk,
        object_id=clinic.pk,
        reason="access",
    )
    state = {
        "open_code": open_codes(patient.pk).filter(expires_at__gt=now).first(),
        "browsers": standing_browsers(patient.pk).count(),
    }
    return render(request, "desk/portal_access.html", context | state)


@access(ON_KNOWN)
@require_safe
@never_cache
def slip(request: StaffRequest, clinic_slug: str, patient_id: UUID) -> HttpResponse:
    """Show the code that was made just now in this browser, on a slip to print."""
    shown = drafts.load(ensure_browser_key(request), _DRAFT)
    if shown.get("patient") != str(patient_id):
        return redirect("desk:portal_access", clinic_slug, patient_id)
    address = settings.PUBLIC_URL + reverse("portal:activate")
    context = {
        "clinic": get_object_or_404(Clinic, slug=clinic_slug),
        "patient": get_object_or_404(Patient, pk=patient_id),
        "code": spoken(shown["code"]),
        "address": address.partition("://")[2],
        "picture": picture_of(address),
        "until": datetime.fromisoformat(shown["until"]),
    }
    return render(request, "desk/portal_access_slip.html", context)


@access(ON_KNOWN)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def end(request: StaffRequest, clinic_slug: str, patient_id: UUID) -> HttpResponse:
    """End the code and all browsers of a person, who has lost a phone; a GET leads to the page."""
    if request.method == "POST":
        end_access(patient_id=patient_id, by=request.actor, now=timezone.now())
        messages.success(request, _("Tilgangen er avsluttet."))
    return redirect("desk:portal_access", clinic_slug, patient_id)
