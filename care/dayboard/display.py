"""How this device shows the board: names or initials, with or without shortcut keys."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from patients.models import Patient

# Names of cookies: they stay with the device, not with who is logged in.
INITIALS = "tavle_initialer"
NO_KEYS = "tavle_uten_taster"
ON = "1"
_YEAR = 365 * 24 * 3600
# What a button sends, and what it does: cookie and whether it is set.
CHOICES = {
    "initialer": (INITIALS, True),
    "navn": (INITIALS, False),
    "uten-taster": (NO_KEYS, True),
    "taster": (NO_KEYS, False),
}


@dataclass(frozen=True)
class Display:
    """What the device has chosen."""

    initials: bool
    keys: bool

    def name_of(self, patient: Patient) -> str:
        """Return a person's name as this device shows it in a list or a message."""
        return patient.kept.initials if self.initials else patient.listed_name


def display_of(request: HttpRequest) -> Display:
    """Read what the device has chosen; names and keys where it has chosen nothing."""
    return Display(
        initials=request.COOKIES.get(INITIALS) == ON, keys=request.COOKIES.get(NO_KEYS) != ON
    )


def remember(response: HttpResponse, choice: str) -> None:
    """Let the device remember a choice; an unknown one changes nothing."""
    if choice not in CHOICES:
        return
    name, chosen = CHOICES[choice]
    if chosen:
        response.set_cookie(
            name,
            ON,
            max_age=_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(name, samesite="Lax")
