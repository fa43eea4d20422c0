"""Whose number nobody has noted: the page leads to where it is typed, and holds up nothing."""

from django.test import Client

from appointments.models import Appointment
from care.services.arrivals import correct_arrived
from patients.services.identity import Shown
from tests.care.conftest import NOW
from tests.care.dayboard.pages import of_person, text
from tests.factories import Day
from tests.patients.people import SYNTHETIC

MISSING = "Nummeret fra legitimasjonen mangler"


def shows(one: Appointment, **number: str) -> Shown:
    assert one.patient is not None
    return Shown(
        given_name=one.patient.given_name,
        family_name=one.patient.family_name,
        birth_date=one.patient.birth_date,
        **{"id_kind": "none", "id_number": "", **number},
    )


def note(day: Day, one: Appointment, shown: Shown) -> None:
    correct_arrived(appointment_id=one.pk, document="passport", shown=shown, by=day.by, now=NOW)


def test_the_page_leads_to_the_identity_and_still_asks(nurse: Client, waiting: Appointment) -> None:
    response = nurse.get(of_person("person", waiting))
    assert MISSING in text(response)
    assert of_person("identity", waiting) in response.content.decode()
    assert "Spurt om alt: nei på alt" in text(response)


def test_it_is_silent_once_the_number_was_seen(
    day: Day, nurse: Client, waiting: Appointment
) -> None:
    note(day, waiting, shows(waiting, id_kind="national", id_number=SYNTHETIC))
    assert MISSING not in text(nurse.get(of_person("person", waiting)))


def test_it_is_silent_once_it_is_known_why_there_is_none(
    day: Day, nurse: Client, waiting: Appointment
) -> None:
    note(day, waiting, shows(waiting, no_number_why="not_shown"))
    assert MISSING not in text(nurse.get(of_person("person", waiting)))
