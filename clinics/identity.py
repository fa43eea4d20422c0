"""The seam for log-in: what a way of proving who one is must answer (ADR 44, with HelseID).

Everything that asks how a user has proved who they are asks here. The way in use is named in
``settings.STAFF_IDENTITY``; today that is allauth's password, app and passkeys.
"""

from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from clinics.models import Staff, StaffLogin


class StaffIdentity(Protocol):
    """A way for staff to prove who they are."""

    def method(self, request: HttpRequest, staff: Staff) -> StaffLogin.Method:
        """Return by what the user of a session has proved who they are."""

    def has_second_factor(self, request: HttpRequest) -> bool:
        """Tell whether this session's user has shown a second factor that is still theirs."""

    def is_enrolled(self, staff: Staff) -> bool:
        """Tell whether a user has a second factor that they could show."""


def staff_identity() -> StaffIdentity:
    """Return the way in use."""
    return _made(settings.STAFF_IDENTITY)


@cache
def _made(path: str) -> StaffIdentity:
    return cast("StaffIdentity", import_string(path)())
