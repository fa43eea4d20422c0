"""Log-ins through the real pages, and browsers that hold another's key."""

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.models import Staff, StaffLogin
from tests.access.logins import SECRET
from tests.clinics.cast import PASSWORD, app_code

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
HOME = "/ansatt/"


def give_password(client: Client, staff: Staff, password: str = PASSWORD) -> HttpResponse:
    """Take the log-in's first step."""
    fields = {"login": staff.email, "password": password}
    return client.post(reverse("account_login"), fields, headers={"user-agent": FIREFOX})


def give_code(client: Client, now: datetime | None = None) -> HttpResponse:
    """Take the log-in's second step."""
    code = {"code": app_code(SECRET, now or timezone.now())}
    return client.post(reverse("mfa_authenticate"), code, headers={"user-agent": FIREFOX})


def key_of(client: Client) -> str:
    """Return the session's key that a browser holds."""
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return str(cookie.value) if cookie else ""


def with_key(key: str) -> Client:
    """Return another machine's browser, to which somebody brought a session's key."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    return thief


def is_let_in(client: Client) -> bool:
    """Tell whether the staff's front page opens."""
    return client.get(HOME).status_code == 200


def newest(staff: Staff) -> StaffLogin:
    """Return the log-in that began last."""
    return StaffLogin.objects.filter(staff=staff).latest("started_at")
