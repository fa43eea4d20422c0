"""Changing who works at a shared computer, by passkey; and taking up a form after logging in."""

from typing import cast

from allauth.account.models import Login
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinics import kept_input, receivers
from clinics.models import StaffLogin
from clinics.permissions import AUTHENTICATION, access


@access(AUTHENTICATION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def switch(request: HttpRequest) -> HttpResponse:
    """Let a colleague take over this browser with their passkey, and return to the same page.

    Without a passkey the colleague logs in with password and code. Whoever was logged in is so no
    more, and the form they may have left is not taken along.
    """
    back = _back(request)
    form = LoginWebAuthnForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        authenticator = form.cleaned_data["credential"]
        receivers.log_out(request, StaffLogin.Ended.SWITCHED)
        login = Login(user=authenticator.user, redirect_url=back)
        return cast("HttpResponse", flows.perform_passwordless_login(request, authenticator, login))
    # A fresh challenge each time; without a user, so that any passkey of the device may answer.
    context = {
        "back": back,
        "refused": form is not None,
        "js_data": {"request_options": auth.begin_authentication(user=None)},
        "redirect_field": REDIRECT_FIELD_NAME,
    }
    return render(request, "account/switch.html", context)


@access(AUTHENTICATION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def with_password(request: HttpRequest) -> HttpResponse:
    """Log out and lead to the log-in page, to come back to the same page."""
    if request.method != "POST":
        return redirect("account_switch")
    back = _back(request)
    receivers.log_out(request, StaffLogin.Ended.SWITCHED)
    return redirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: back})}")


@access(AUTHENTICATION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take_up(request: HttpRequest) -> HttpResponse:
    """Show what one filled in oneself before the session ended, to be sent in or forgotten."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    kept = kept_input.of(request)
    if kept is not None and kept.owner != str(request.user.pk):
        kept = None  # another's: it is neither shown nor kept any longer
    if kept is None or request.method == "POST":
        response = redirect(kept.page if kept else resolve_url("desk:home"))
        kept_input.forget(request, response)
        return response
    return render(request, "account/take_up.html", {"kept": kept, "again": kept_input.AGAIN})


def _back(request: HttpRequest) -> str:
    """Return the page to come back to, of this site."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and safe else resolve_url("desk:home")
