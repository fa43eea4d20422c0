"""Which browsers open a person's pages, and ending one of them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from care.portal.door import browser_secret
from care.portal.permissions import PROVED, PatientRequest
from clinics.permissions import access
from patients.models import ActivatedBrowser
from patients.services.activations import UNUSED, end_browser, known_browser, standing_browsers


@access(PROVED)
@require_safe
@never_cache
def listed(request: PatientRequest) -> HttpResponse:
    """List the browsers; two queries."""
    now = timezone.now()
    found = standing_browsers(request.patient_id).filter(used_at__gt=now - UNUSED)
    here = known_browser(browser_secret(request), now=now)
    context = {"browsers": list(found.order_by("-used_at")), "here": here}
    return render(request, "portal/browsers.html", context)


@access(PROVED)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def end(request: PatientRequest, browser_id: UUID) -> HttpResponse:
    """End one; a GET leads to the list, and ending the one that is used leads to the door."""
    if request.method == "POST":
        try:
            end_browser(
                browser_id=browser_id,
                patient_id=request.patient_id,
                by=request.actor,
                now=timezone.now(),
            )
        except ActivatedBrowser.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("Nettleseren har ikke tilgang lenger."))
    return redirect("portal:browsers")
