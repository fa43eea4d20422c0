"""Names hidden to initials, keys turned off, another day's board, vials that are about to end."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment
from tests.access.logins import log_in
from tests.care.dayboard.pages import of_person, of_session, text
from tests.factories import (
    OPENING,
    Day,
    at,
    make_arrival,
    make_booking,
    make_patient,
    make_session,
    make_staff,
    make_vial,
)
from vaccinations.models import Vial


def fill(day: Day) -> None:
    anna = make_patient(given_name="Anna", family_name="Sol")
    make_arrival(session=day.session, patient=anna, clock="17.40", now=at("17.33"))
    bo = make_patient(given_name="Bo", family_name="Vik")
    make_booking(session=day.session, patient=bo, clock="18.00")


def test_hidden_names_are_initials_everywhere_on_the_board_and_the_year_remains(
    nurse: Client, day: Day, vial: Vial
) -> None:
    fill(day)
    nurse.post(of_session("display", day.session), {"vis": "initialer"})

    for page in ("board", "live"):
        html = nurse.get(of_session(page, day.session)).content.decode()
        for name in ("Anna", "Sol", "Bo,", "Vik", "14.03.1991"):
            assert name not in html, f"{name} on {page}"
        assert "A. S." in html
        assert "B. V." in html


def test_the_device_remembers_also_for_who_logs_in_next(nurse: Client, day: Day) -> None:
    fill(day)
    response = nurse.post(of_session("display", day.session), {"vis": "initialer"})
    assert response.cookies["tavle_initialer"]["httponly"]
    nurse.logout()
    kept = response.cookies["tavle_initialer"].value
    nurse.cookies["tavle_initialer"] = kept
    log_in(nurse, make_staff(clinic=day.clinic, email="ola@example.org"))

    assert "Sol, Anna" not in text(nurse.get(of_session("board", day.session)))
    nurse.post(of_session("display", day.session), {"vis": "navn"})
    assert "Sol, Anna" in text(nurse.get(of_session("board", day.session)))


@pytest.mark.parametrize("said", ["", "noe annet", "tavle_initialer"])
def test_an_unknown_choice_changes_nothing(said: str, nurse: Client, day: Day) -> None:
    response = nurse.post(of_session("display", day.session), {"vis": said})

    assert response.status_code == 302
    assert not response.cookies


def test_opening_the_address_of_a_choice_changes_nothing(nurse: Client, day: Day) -> None:
    response = nurse.get(of_session("display", day.session), {"vis": "initialer"})

    assert response.status_code == 302
    assert not response.cookies


def test_keys_can_be_turned_off_and_on_for_the_device(nurse: Client, day: Day) -> None:
    board = of_session("board", day.session)
    nurse.post(of_session("display", day.session), {"vis": "uten-taster"})
    assert "data-keys-off" in nurse.get(board).content.decode()

    nurse.post(of_session("display", day.session), {"vis": "taster"})
    assert "data-keys-off" not in nurse.get(board).content.decode()


def test_a_board_left_open_overnight_says_so_and_leads_to_todays(
    nurse: Client, day: Day, vial: Vial, clock: time_machine.Traveller
) -> None:
    fill(day)
    tomorrow = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=1))
    clock.move_to(at("16.05") + timedelta(days=1))
    log_in(nurse, day.nurse)

    html = nurse.get(of_session("live", day.session)).content.decode()

    assert "Dette er tavla for torsdag 26. november, som er over" in html
    assert of_session("board", tomorrow) in html
    assert of_person("arrive", Appointment.objects.get(status="booked")) not in html
    assert "Hetteglass A" not in html


def test_where_there_is_no_session_today_the_board_leads_to_the_overview(
    nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    clock.move_to(at("16.05") + timedelta(days=1))
    log_in(nurse, day.nurse)

    assert "Ingen vaksinasjon her i dag" in text(nurse.get(of_session("board", day.session)))


def test_pages_around_the_board_warn_of_a_vial_that_ends_within_twenty_minutes(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment, clock: time_machine.Traveller
) -> None:
    words = "Hetteglass A må brukes før 19.30."
    person = of_person("person", waiting)
    clock.move_to(at("19.09"))
    assert words not in text(nurse.get(person))

    clock.move_to(at("19.11"))
    assert words in text(nurse.get(person))
    warnings = nurse.get(of_session("warnings", day.session))
    assert words in text(warnings)
    said = f"ends {day.nurse.pk} {vial.pk}"
    with CaptureQueriesContext(connection) as queries:
        again = nurse.get(of_session("warnings", day.session), {"versjon": said})
    assert again.status_code == 204
    assert len(queries) <= 8

    clock.move_to(at("19.31"))
    assert words not in text(nurse.get(of_session("warnings", day.session)))


def test_a_board_of_another_day_warns_of_no_vial(
    nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    make_vial(clinic=day.clinic, lot=day.lot, now=at("17.30"))
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    clock.move_to(at("19.15"))

    assert "må brukes før" not in text(nurse.get(of_session("warnings", later)))
