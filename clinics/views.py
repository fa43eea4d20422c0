from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinics.domain.demo import DEMO_DOMAIN
from clinics.domain.roles import Role
from clinics.permissions import DEMO_ONLY, access
from clinics.role_words import ROLE_NAMES
from clinics.services.demo_logins import DEMO_PASSWORD, DemoLogin, demo_logins, seconds_left
from clinics.walk import WALK


@access(DEMO_ONLY)
@require_safe
@never_cache
def dev(request: HttpRequest) -> HttpResponse:
    """Show what to try, in order, and the demo's logins with their codes of this moment."""
    now = timezone.now()
    logins = {
        login.staff.email.removesuffix(DEMO_DOMAIN): (login, _roles(login))
        for login in demo_logins(now=now)
    }
    parts = [(part, logins.pop(part.login, None)) for part in WALK]
    context = {
        "parts": parts,
        "other_logins": list(logins.values()),
        "is_loaded": any(login for _part, login in parts) or bool(logins),
        "password": DEMO_PASSWORD,
        "seconds_left": seconds_left(now),
    }
    return render(request, "clinics/dev.html", context)


def _roles(login: DemoLogin) -> list[str]:
    memberships = login.staff.memberships.all()
    return [f"{ROLE_NAMES[Role(held.role)]}, {held.clinic}" for held in memberships]


def or_to_the_account(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Lead to the account's page where allauth says "not found" of what is removed already."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return redirect("mfa_index")

    return wrapper
