"""One's own log-ins, and for how long this one lasts."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinics.models import StaffLogin
from clinics.permissions import AUTHENTICATION, STAFF, StaffRequest, access
from clinics.services.logins import end_logins, login_of, logins_of, seen, session_hash, times_of


@access(STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def own_logins(request: StaffRequest) -> HttpResponse:
    """List where one is logged in, and end one of them or all others."""
    if request.method == "POST":
        return _end(request)
    here = session_hash(request.session.session_key or "")
    found = logins_of(request.user, now=timezone.now())
    context = {
        "here": [login for login in found if login.session_hash == here],
        "elsewhere": [login for login in found if login.session_hash != here],
    }
    return render(request, "account/logins.html", context)


def _end(request: StaffRequest) -> HttpResponse:
    """End one log-in, or all but this; one that is not the user's own changes nothing."""
    ended = end_logins(
        staff=request.user,
        why=StaffLogin.Ended.OWNER,
        by=request.actor,
        now=timezone.now(),
        but_session=request.session.session_key or "",
        only=_id(request.POST["login"]) if "login" in request.POST else None,
    )
    if ended:
        words = ngettext(
            "%(number)s innlogging er avsluttet.", "%(number)s innlogginger er avsluttet.", ended
        )
        messages.success(request, words % {"number": ended})
    else:
        messages.info(request, _("Den innloggingen var avsluttet allerede."))
    return redirect("account_logins")


def _id(text: str) -> UUID:
    """Return an id; what is none names no log-in."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@access(AUTHENTICATION)
@require_http_methods(["GET", "POST"])
@never_cache
def time_left(request: HttpRequest) -> HttpResponse:
    """Tell a page for how many seconds its log-in lasts; 0 when it is over.

    GET is asked with the header of pages that ask by themselves, and changes nothing. POST is
    somebody who says that they are still there.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"left": 0})
    now = timezone.now()
    login = login_of(request.session.session_key)
    if login is None:  # ended since this request began
        return JsonResponse({"left": 0})
    if request.method == "POST":
        seen(login, now=now, at_once=True)
    left = times_of(login).seconds_left(now)
    user = cast("StaffRequest", request).user
    return JsonResponse({"left": left, "user": str(user.pk), "token": get_token(request)})
