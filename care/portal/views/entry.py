"""The door to a patient's own pages, and the way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clinics.permissions import PUBLIC, access
from patients.permissions import forget_identity


@access(PUBLIC)
@require_safe
@never_cache
def entry(request: HttpRequest) -> HttpResponse:
    """Show how somebody can show who they are."""
    return render(request, "portal/entry.html")


@access(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def log_out(request: HttpRequest) -> HttpResponse:
    """Forget who the visitor is; a GET leads to the door."""
    if request.method == "POST":
        forget_identity(request)
    return redirect("portal:entry")
