"""A clinic's own page: where it is, when it is open, how to reach it. It names no vaccine."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.selectors.openings import coming_openings
from clinics.models import Clinic
from clinics.permissions import PUBLIC, access
from clinics.selectors import clinic_by_slug

# A link, not an embedded map: the map's owner learns nothing until it is pressed, and then only an
# address, without the page it was pressed on (Referrer-Policy, and noreferrer on the link).
_MAP = "https://www.openstreetmap.org/search"


@access(PUBLIC)
@require_safe
@never_cache
def clinic_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how to find and reach a clinic, and when it is open next."""
    clinic = clinic_by_slug(slug)
    if clinic is None:
        raise Http404
    context = {
        "clinic": clinic,
        "openings": coming_openings(clinic.pk, now=timezone.now()),
        "map_url": _map_url(clinic),
    }
    return render(request, "appointments/clinic_page.html", context)


def _map_url(clinic: Clinic) -> str:
    address = f"{clinic.street}, {clinic.postal_code} {clinic.city}"
    return f"{_MAP}?{urlencode({'query': address})}"
