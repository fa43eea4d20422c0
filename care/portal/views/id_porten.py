"""To ID-porten and back.

Leaving is a link, not a form: a form's target may not lead to another site. It changes nothing but
what this browser's own log-in needs, and what comes back is good in this browser only.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from care.portal.door import keep_token, page_after, take_token, wanted_page
from clinics.permissions import PUBLIC, access
from limits.addresses import client_network
from limits.refusal import refuse
from patients.domain.id_porten import Refusal
from patients.permissions import browser_hash, proof_of, prove_identity
from patients.services import id_porten
from patients.services.id_porten import LogInRefusedError, TooManyLogInsError

_STATUS = {
    Refusal.DECLINED: 200,
    Refusal.TOO_OLD: 400,
    Refusal.NOT_TRUSTED: 400,
    Refusal.TOO_LOW: 403,
    Refusal.NOBODY: 403,
    Refusal.UNREACHABLE: 503,
}


@access(PUBLIC)
@require_safe
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Lead to ID-porten."""
    if not id_porten.is_offered():
        return redirect("portal:entry")
    try:
        address = id_porten.begin(
            browser=browser_hash(request),
            address=client_network(request),
            back=_our(reverse("portal:id_porten_back")),
            language=translation.get_language() or "nb",
            then=wanted_page(request),
            now=timezone.now(),
        )
    except LogInRefusedError as error:
        return _refused(request, error.why)
    except TooManyLogInsError as error:
        return refuse(request, error.retry_after)
    return HttpResponseRedirect(address)


@access(PUBLIC)
@require_safe
@never_cache
def come_back(request: HttpRequest) -> HttpResponse:
    """Find out who it is, and let them in."""
    if not id_porten.is_offered() or not request.GET:
        return redirect("portal:entry")
    now = timezone.now()
    try:
        came = id_porten.finish(
            browser=browser_hash(request),
            back=_our(reverse("portal:id_porten_back")),
            answer=request.GET.dict(),
            now=now,
        )
    except LogInRefusedError as error:
        if error.why is Refusal.TOO_OLD and proof_of(request, now=now):
            return redirect("portal:home")  # the page was loaded again
        return _refused(request, error.why)
    prove_identity(request, came.patient_id, how="id_porten", now=now)
    keep_token(request, came.id_token)
    return HttpResponseRedirect(page_after(came.then))


@access(PUBLIC)
@require_safe
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    """Lead to where one logs out of ID-porten, for who has logged out here."""
    token = take_token(request) if proof_of(request, now=timezone.now()) is None else ""
    address = token and id_porten.address_to_log_out(
        id_token=token, back=_our(reverse("portal:logged_out")), now=timezone.now()
    )
    return HttpResponseRedirect(address or reverse("portal:logged_out"))


def _our(path: str) -> str:
    """Return a whole address as the provider knows it: not what the request says it was sent to."""
    return f"{settings.PUBLIC_URL}{path}"


def _refused(request: HttpRequest, why: Refusal) -> HttpResponse:
    return render(request, "portal/refused.html", {"why": why.value}, status=_STATUS[why])
