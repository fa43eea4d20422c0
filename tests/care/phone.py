"""What is typed and answered on the phone."""

from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from appointments.models import ClinicSession
from tests.factories import slot_at

ALICE = {"given_name": "Alice", "family_name": "Ås", "birth_date": "140391"}
REACHED = {"contact": "41234567", "language": "nb", "interpreter": "", "protected_address": "no"}
NOBODY_TO_WRITE_TO = {**REACHED, "contact": "", "no_contact": "on"}
# A man in group 3, who is offered dose 1.
ANSWERS = {
    "symptomer": "no",
    "smitte": "no",
    "allergi": "no",
    "tidligere-sykdom": "no",
    "number": "0",
    "arbeid": "none",
    "kjonn": "man",
    "partnere": "yes",
    "forebygging": "no",
    "oppfolging": "no",
    "betaling": "no",
    "vaner": "yes",
    "vaner-hva": "casual_sex",
    "prover": "no",
    "barndom": "none",
    "immunforsvar": "no",
    "graviditet": "no",
    "hud": "no",
}
PAGE = reverse("desk:phone", args=["nydalen"])


def typed(session: ClinicSession, clock: str = "18.10", **changes: Any) -> dict[str, Any]:
    """Return all that is sent to book Alice; ``None`` leaves a field out."""
    all_of_it = {**ALICE, **REACHED, **ANSWERS, "slot": str(slot_at(session, clock).pk)}
    all_of_it |= {name.replace("__", "-"): value for name, value in changes.items()}
    return {name: value for name, value in all_of_it.items() if value is not None}


def book_alice(client: Client, session: ClinicSession, **changes: Any) -> HttpResponse:
    """Send the form in."""
    return client.post(PAGE, typed(session, **changes))


def words(response: HttpResponse) -> str:
    """Return the page as it is, with its characters."""
    return unescape(response.content.decode())
