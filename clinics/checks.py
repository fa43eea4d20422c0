"""What keeps the demo's known passwords off the network."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections

from clinics.domain.demo import DEMO_DOMAIN, is_demo_login
from clinics.models import Staff
from encryption.integrity import opened


def demo_stays_on_loopback(**_options: Any) -> list[CheckMessage]:
    """Refuse host names other than loopback in the demo, whose passwords are known."""
    exposed = [host for host in settings.ALLOWED_HOSTS if host not in settings.LOOPBACK]
    if (settings.DEMO or settings.DEBUG) and exposed:
        return [
            Error(
                f"The demo answers on loopback only, not as {', '.join(exposed)}.",
                hint="Unset MPOX_DEMO to serve other hosts.",
                id="clinics.E001",
            )
        ]
    return []


def demo_logins_stay_in_the_demo(
    databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Refuse a database with demo logins outside the demo."""
    if settings.DEMO:
        return []
    for alias in databases or ():
        if Staff._meta.db_table not in connections[alias].introspection.table_names():  # noqa: SLF001
            continue
        staff = opened(Staff.objects.using(alias).all(), encrypted=["email"])
        if any(is_demo_login(row.get("email", "")) for row, _unreadable in staff):
            return [
                Error(
                    f"The database has demo logins ({DEMO_DOMAIN}), whose passwords are known.",
                    hint="Delete them, or use a database that never was a demo's.",
                    id="clinics.E002",
                )
            ]
    return []
