"""Who is logged in: the user of a log-in that lasts. What has ended lets nobody in, at once."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from clinics.models import Staff, StaffLogin
from clinics.services.logins import end, login_of, seen, times_of

# A page that asks by itself says so: nobody is at the machine for that. It can only shorten a
# log-in, so a browser that lies about it hurts nobody but itself.
POLLING = "X-Polling"


class StaffLoginMiddleware(AuthenticationMiddleware):
    """Django's, with a row for each log-in asked for in the query that finds the user."""

    def process_request(self, request: HttpRequest) -> None:
        """Let ``request.user`` be found when somebody asks."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]


def _user_of(request: HttpRequest) -> Staff | AnonymousUser:
    session = request.session
    if SESSION_KEY not in session:
        return AnonymousUser()
    now = timezone.now()
    login = login_of(session.session_key)
    if login is None or not _is_theirs(request, login):
        session.flush()
        return AnonymousUser()
    over = times_of(login).over(now) or _why_not(request, login.staff)
    if over is not None:
        end(login, why=over, now=now)
        session.flush()
        return AnonymousUser()
    if POLLING not in request.headers:
        seen(login, now=now)
    return login.staff


def _is_theirs(request: HttpRequest, login: StaffLogin) -> bool:
    known = request.session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    return known and request.session[SESSION_KEY] == str(login.staff_id)


def _why_not(request: HttpRequest, staff: Staff) -> StaffLogin.Ended | None:
    """Return what about a user ends a log-in, wherever it was done and whoever forgot to say."""
    if not staff.is_active:
        return StaffLogin.Ended.CLOSED
    password_then = request.session.get(HASH_SESSION_KEY, "")
    if not _is_one_of(password_then, _hashes(staff)):
        return StaffLogin.Ended.PASSWORD
    return None


def _hashes(staff: Staff) -> Iterable[str]:
    """Yield what a session made since the last change of password holds; older keys come last."""
    yield staff.get_session_auth_hash()
    yield from staff.get_session_auth_fallback_hash()


def _is_one_of(given: str, due: Iterable[str]) -> bool:
    return any(constant_time_compare(given, each) for each in due)
