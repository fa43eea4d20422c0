"""An invitation's page: choose a password, then on to the second factor."""

from typing import cast

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal.ratelimit import consume, respond_429
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clinics.forms import ChosenPasswordForm
from clinics.models import StaffLogin
from clinics.permissions import AUTHENTICATION, access
from clinics.receivers import log_out
from clinics.services.invitations import InvitationUnknownError, accept, invited

# Guesses from one address, of links that cannot be guessed: what is above is a machine, and each
# costs a query. A clinic behind one address opens a handful.
RATE = {"invitation": "30/m/ip"}


@access(AUTHENTICATION)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, invitation_token: str) -> HttpResponse:
    """Let whoever holds a link choose a password, and lead on to the second factor.

    A link that is wrong, used, replaced or too old gets one and the same page.
    """
    if not consume(request, app="clinics", action="invitation", config=RATE, limit_get=True):
        return cast("HttpResponse", respond_429(request))
    now = timezone.now()
    try:
        staff = invited(invitation_token, now=now)
        given = request.POST if request.method == "POST" else None
        form = ChosenPasswordForm(given, staff=staff)
        if form.is_valid():
            password = form.cleaned_data["password1"]
            staff = accept(token=invitation_token, password=password, now=now)
            log_out(request, StaffLogin.Ended.SWITCHED)  # whoever was logged in here
            record_authentication(request, staff, "password", reauthenticated=True)
            login = Login(user=staff, redirect_url=reverse("mfa_activate_totp"))
            return cast("HttpResponse", perform_login(request, login))
    except InvitationUnknownError:
        if request.method == "POST" and request.user.is_authenticated:  # pressed twice
            return redirect("mfa_activate_totp")
        return render(request, "account/invitation_unknown.html", status=404)
    return render(request, "account/invitation.html", {"form": form, "staff": staff})
