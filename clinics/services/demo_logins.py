"""The demo's logins, with the codes that an authenticator app would show."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings

from clinics.domain.demo import is_demo_login
from clinics.models import Staff
from clinics.services.staffing import DemoLoginError

# No secret: it opens only the demo, which answers on loopback alone.
DEMO_PASSWORD = "prøv-timebestilling"  # noqa: S105


@dataclass(frozen=True)
class DemoLogin:
    """A demo login, with the code that holds now and the one after it; "" without an app."""

    staff: Staff
    code: str
    next_code: str


def demo_logins(*, now: datetime) -> list[DemoLogin]:
    """Return the demo's logins by e-mail address. Raises DemoLoginError outside the demo."""
    if not settings.DEMO:
        raise DemoLoginError
    active = Staff.objects.filter(is_active=True).prefetch_related("memberships__clinic")
    staff = sorted((one for one in active if is_demo_login(one.email)), key=attrgetter("email"))
    apps = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__in=staff)
    secrets = {app.user_id: decrypt(app.data["secret"]) for app in apps}
    window = int(now.timestamp()) // app_settings.TOTP_PERIOD
    return [
        DemoLogin(
            staff=person,
            code=_code(secrets.get(person.pk), window),
            next_code=_code(secrets.get(person.pk), window + 1),
        )
        for person in staff
    ]


def seconds_left(now: datetime) -> int:
    """Return for how many seconds the codes of now still hold."""
    period: int = app_settings.TOTP_PERIOD
    return period - int(now.timestamp()) % period


def _code(secret: str | None, window: int) -> str:
    return str(format_hotp_value(hotp_value(secret, window))) if secret else ""
