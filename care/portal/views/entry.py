"""The door to a patient's own pages, and the way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from care.portal.door import browser_secret, has_token, wanted_page
from clinics.outage import is_outage
from clinics.permissions import PUBLIC, access
from patients.permissions import browser_key, forget_identity, proof_of
from patients.services import drafts
from patients.services.activations import known_browser
from patients.services.id_porten import is_offered


@access(PUBLIC)
@require_safe
@never_cache
def entry(request: HttpRequest) -> HttpResponse:
    """Show how somebody can show who they are, also again, before what cannot be taken back."""
    now = timezone.now()
    context = {
        "id_porten": is_offered(),
        "activated": known_browser(browser_secret(request), now=now),
        "next": wanted_page(request),
        "again": proof_of(request, now=now) is not None,
    }
    return render(request, "portal/entry.html", context)


@access(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def log_out(request: HttpRequest) -> HttpResponse:
    """Forget who the visitor is and what was filled in here; a GET leads to the door."""
    if request.method != "POST":
        return redirect("portal:entry")
    forget_identity(request)
    _forget_drafts(request)
    return redirect("portal:logged_out")


@access(PUBLIC)
@require_safe
@never_cache
def logged_out(request: HttpRequest) -> HttpResponse:
    """Say that nothing is open here, and what else to log out of."""
    return render(request, "portal/logged_out.html", {"at_id_porten": has_token(request)})


def _forget_drafts(request: HttpRequest) -> None:
    """Forget the browser's answers too; where they lie may be away, which keeps nobody in."""
    key = browser_key(request)
    try:
        if key:
            drafts.forget(key)
    except Exception as error:
        if not is_outage(error):
            raise
