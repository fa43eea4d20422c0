from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinics.allauth_adapter import StaffMFAAdapter
from clinics.domain.demo import DEMO_DOMAIN
from clinics.domain.roles import Role
from clinics.models import Staff
from clinics.permissions import DEMO_ONLY, StaffRequest, access
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


def keeps_the_last_factor(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse to remove one's last app or passkey; ``pk`` names a passkey, else it is the app.

    Of two removals at once, the second sees what the first left: the user's row is locked.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            of_ones_own = cast("StaffRequest", request).user.pk
            staff = Staff.objects.select_for_update().get(pk=of_ones_own)
            of_kind: dict[str, Any]
            of_kind = {"pk": kwargs["pk"]} if "pk" in kwargs else {"type": Authenticator.Type.TOTP}
            going = Authenticator.objects.filter(user_id=staff.pk, **of_kind).first()
            if going is None or StaffMFAAdapter().can_delete_authenticator(going):
                return view(request, *args, **kwargs)
        messages.error(
            request,
            _(
                "Dette er den eneste totrinnsmåten din. Legg til en annen først, eller be en "
                "administrator om å nullstille."
            ),
        )
        return redirect("mfa_index")

    return wrapper
