"""Short ways to the pages of the board, and to what they say."""

import re
from html import unescape
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment


def of_session(name: str, appointment_or_session: object, *arguments: object) -> str:
    """Return the address of a session's page."""
    if isinstance(appointment_or_session, Appointment):
        session_id: object = appointment_or_session.slot.session_id
    else:
        session_id = getattr(appointment_or_session, "pk", appointment_or_session)
    return reverse(f"dayboard:{name}", args=[session_id, *arguments])


def of_person(name: str, appointment: Appointment) -> str:
    """Return the address of a person's page."""
    return of_session(name, appointment, appointment.pk)


def text(response: HttpResponse) -> str:
    """Return what a page says, without its tags and double spaces."""
    html = re.sub(
        r"<(script|style|head)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL
    )
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def ask_all_no(client: Client, appointment: Appointment) -> UUID:
    """Answer no to everything and return the decision."""
    response = client.post(of_person("rescreen", appointment), {"asked": "all_no"})
    assert response.status_code == 302, text(response)
    appointment.refresh_from_db()
    assert appointment.decision_id
    return appointment.decision_id


# A passport without a Norwegian number, and everything else as it was.
PASSPORT = {
    "document": "passport",
    "id_number": "",
    "no_number_why": "not_shown",
    "call_name": "",
}


def id_of(appointment: Appointment, **changed: str) -> dict[str, str]:
    """Return what the form of the check-in sends for a person whose ID shows what is known."""
    patient = appointment.patient
    assert patient
    return {
        **PASSPORT,
        "given_name": patient.given_name,
        "family_name": patient.family_name,
        "birth_date": patient.birth_date.strftime("%d.%m.%Y"),
        **changed,
    }
