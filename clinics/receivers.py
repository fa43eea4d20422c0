"""What log-ins leave behind, whichever page they happen on: rows, new session keys, ends.

Receivers of Django's and allauth's signals; they take the time and call the services.
"""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import authentication_step_completed, password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from audit.domain import Actor
from clinics.domain.browsers import browser_in_words
from clinics.identity import staff_identity
from clinics.models import Staff, StaffLogin
from clinics.services import logins

# On a request: why it logs out.
_WHY = "_logs_out_because"


def connect() -> None:
    """Listen to what Django and allauth tell."""
    user_logged_in.connect(_began)
    user_logged_out.connect(_ended)
    authentication_step_completed.connect(_proved)
    password_changed.connect(_password_changed)
    authenticator_added.connect(_factor_added)
    authenticator_removed.connect(_factor_removed)


def log_out(request: HttpRequest, why: StaffLogin.Ended) -> None:
    """Log out whoever is logged in, and note why."""
    setattr(request, _WHY, why)
    logout(request)


def _began(*, request: HttpRequest, user: Staff, **_rest: object) -> None:
    session = request.session
    # Django gives the session a new key unless the same user logs in over their own log-in.
    if session.session_key is None:
        session.create()
    elif logins.is_known(session.session_key):
        session.cycle_key()
    assert session.session_key, "it was created, or had a key"
    if logins.login_of(session.session_key) is not None:
        return  # one that lasts has followed the session
    logins.begin(
        staff=user,
        session_key=session.session_key,
        method=staff_identity().method(request, user),
        browser=browser_in_words(request.META.get("HTTP_USER_AGENT", "")),
        now=timezone.now(),
    )


def _ended(*, request: HttpRequest | None, **_rest: object) -> None:
    found = logins.login_of(request.session.session_key) if request is not None else None
    if found is not None:
        why = getattr(request, _WHY, StaffLogin.Ended.LOGGED_OUT)
        logins.end(found, why=why, now=timezone.now())


def _proved(*, request: HttpRequest, user: Staff, **_rest: object) -> None:
    """Give a session that can do more from now on a new key; an old one it was seen by is dead."""
    session = request.session
    if session.get(SESSION_KEY) != str(user.pk) or session.session_key is None:
        return  # not logged in yet: Django changes the key when they are
    session.cycle_key()
    logins.proved_more(
        session_key=session.session_key, method=staff_identity().method(request, user)
    )


def _password_changed(*, request: HttpRequest, user: Staff, **_rest: object) -> None:
    _end_others(request, user, StaffLogin.Ended.PASSWORD)


def _factor_added(
    *, request: HttpRequest, user: Staff, authenticator: Authenticator, **_rest: object
) -> None:
    """Whoever sets up the first app or passkey has shown it; log-ins from before it are over."""
    others = Authenticator.objects.filter(user_id=user.pk).exclude(pk=authenticator.pk)
    codes = Authenticator.Type.RECOVERY_CODES
    if authenticator.type == codes or others.exclude(type=codes).exists():
        return
    _end_others(request, user, StaffLogin.Ended.FACTOR)
    shown: dict[str, Any] = {"id": authenticator.pk, "type": authenticator.type}
    record_authentication(request, user, "mfa", **shown)


def _factor_removed(*, request: HttpRequest, user: Staff, **_rest: object) -> None:
    _end_others(request, user, StaffLogin.Ended.FACTOR)


def _end_others(request: HttpRequest, user: Staff, why: StaffLogin.Ended) -> None:
    logins.end_logins(
        staff=user,
        why=why,
        by=Actor.staff(user.pk, clinic_id=None),
        now=timezone.now(),
        but_session=request.session.session_key or "",
    )
