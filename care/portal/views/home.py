"""The first of a patient's own pages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from care.portal.permissions import PROVED, PatientRequest
from clinics.permissions import access


@access(PROVED)
@require_safe
@never_cache
def home(request: PatientRequest) -> HttpResponse:
    """Show what a person can see and do here."""
    return render(request, "portal/home.html")
