"""The board in a browser: who sees it, what it costs, that reading it is recorded."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import Appointment
from audit.models import AuditEntry
from clinics.domain.roles import Role
from tests.access.logins import log_in
from tests.care.dayboard.pages import of_person, of_session, text
from tests.factories import (
    OPENING,
    Day,
    at,
    make_arrival,
    make_booking,
    make_clinic,
    make_day,
    make_dose,
    make_lot,
    make_patient,
    make_session,
    make_staff,
    make_vial,
)
from vaccinations.models import Vial

MOST_QUERIES = 12


def test_the_board_shows_who_waits_who_is_expected_and_the_open_vial(
    nurse: Client, day: Day, vial: Vial
) -> None:
    anna = make_patient(given_name="Anna", family_name="Sol")
    make_arrival(session=day.session, patient=anna, clock="17.40", now=at("17.33"))
    bo = make_patient(given_name="Bo", family_name="Vik")
    make_booking(session=day.session, patient=bo, clock="18.00")

    page = text(nurse.get(of_session("board", day.session)))

    assert "torsdag 26. november, 16.00–20.00" in page
    assert "9 min Sol, Anna" in page
    assert "18.00 Vik, Bo 1991" in page
    assert "igjen, brukes før 19.30 108 min doser igjen 5" in page
    assert "Hetteglass A lot 4F21" in page
    assert "17.42 Oppdatert kl. 17.42.00" in page
    assert "19 igjen på lager, lot 4F21" in page


def test_the_live_part_is_the_boards_content_without_the_page_around_it(
    nurse: Client, day: Day
) -> None:
    anna = make_patient(given_name="Anna", family_name="Sol")
    make_arrival(session=day.session, patient=anna)

    response = nurse.get(of_session("live", day.session), headers={"HX-Request": "true"})

    assert "Sol, Anna" in text(response)
    assert "<html" not in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


def test_the_done_are_folded_until_they_are_asked_for(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    Appointment.objects.filter(pk=waiting.pk).update(status="left", ended_at=at("17.41"))
    assert waiting.patient
    board = of_session("board", day.session)

    assert waiting.patient.sorted_name not in text(nurse.get(board))
    assert f"{waiting.patient.sorted_name} gikk før vaksinen 17.41" in text(
        nurse.get(board, {"ferdige": "1"})
    )


def test_an_empty_board_says_what_to_do(nurse: Client, day: Day) -> None:
    page = text(nurse.get(of_session("board", day.session)))

    assert "Ingen venter nå. Velg «Møtt» når noen kommer." in page
    assert "Ingen flere er ventet." in page


def test_another_days_board_offers_neither_check_in_nor_todays_vials(
    nurse: Client, day: Day, vial: Vial
) -> None:
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    booking = make_booking(session=later)

    page = nurse.get(of_session("board", later))

    assert "Dette er ikke dagens tavle" in text(page)
    assert of_person("arrive", booking) not in page.content.decode()
    assert of_session("open_vial", later) not in page.content.decode()
    assert "Hetteglass A" not in text(page)


def test_titles_are_neutral_on_a_shared_screen(
    nurse: Client, day: Day, vial: Vial, waiting: Appointment
) -> None:
    assert waiting.patient
    pages = [
        of_session("board", day.session),
        of_session("open_vial", day.session),
        of_session("discard_vial", day.session, vial.pk),
        of_person("person", waiting),
    ]

    for address in pages:
        html = nurse.get(address).content.decode()
        title = html.partition("<title>")[2].partition("</title>")[0].lower()
        for word in ("mpox", "vaksine", waiting.patient.given_name.lower()):
            assert word not in title, f"{address}: {title}"


def fill(day: Day, people: int) -> None:
    for number in range(people):
        clock = f"{16 + number // 18}.{number // 3 % 6}0"
        if number % 3 == 0:
            make_arrival(session=day.session, clock=clock, now=at("17.30"), by=day.nurse)
        else:
            make_booking(session=day.session, clock=clock)
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))
    make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.35"))
    for _ in range(min(4, people // 3)):
        make_dose(patient=make_patient(), vial=vial, by=day.nurse, now=at("17.36"))


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["board", "live"])
def test_the_board_costs_the_same_few_queries_for_5_and_for_60_people(
    client: Client, clock: time_machine.Traveller, page: str
) -> None:
    day = make_day(stations=3)
    log_in(client, day.nurse)
    address, counts = of_session(page, day.session), []
    for people, expected in ((5, 3), (60, 40)):
        Appointment.objects.all().delete()
        fill(day, people)
        client.get(address)  # the first look also records who was read
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert f"Ventes {expected}" in text(response)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[1] <= MOST_QUERIES, counts


def test_reading_the_board_is_recorded_once_per_person_and_day(
    nurse: Client, day: Day, waiting: Appointment, clock: time_machine.Traveller
) -> None:
    board, live = of_session("board", day.session), of_session("live", day.session)
    for address in (board, live, board, live):
        nurse.get(address)

    entry = AuditEntry.objects.get(action="board.read")
    assert (entry.patient_id, entry.object_id) == (waiting.patient_id, str(day.session.pk))
    assert (entry.actor_id, entry.clinic_id) == (str(day.nurse.pk), day.clinic.pk)

    new = make_booking(session=day.session)
    nurse.get(live)
    assert AuditEntry.objects.get(action="board.read", patient_id=new.patient_id)


def test_the_board_of_another_clinic_does_not_exist(
    clock: object, client: Client, day: Day
) -> None:
    elsewhere = make_clinic(slug="andre")
    log_in(client, make_staff(Role.VACCINATOR, clinic=elsewhere))

    assert client.get(of_session("board", day.session)).status_code == 404


def test_a_person_on_another_sessions_board_does_not_exist_there(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    other = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    address = reverse("dayboard:person", args=[other.pk, waiting.pk])

    assert nurse.get(address).status_code == 404


def test_a_vial_of_another_clinic_does_not_exist_on_this_board(nurse: Client, day: Day) -> None:
    elsewhere = make_clinic(slug="andre")
    vial = make_vial(clinic=elsewhere, lot=make_lot(clinic=elsewhere), now=at("17.30"))

    address = of_session("discard_vial", day.session, vial.pk)

    assert nurse.get(address).status_code == 404
    assert nurse.post(address, {"reason": "broken"}).status_code == 404


def test_the_board_speaks_english_to_those_who_want_it(nurse: Client, day: Day) -> None:
    page = nurse.get(of_session("board", day.session), headers={"Accept-Language": "en"})

    assert "Thursday 26 November, 16:00–20:00" in text(page)
