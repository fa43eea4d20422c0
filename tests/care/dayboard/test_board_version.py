"""An unchanged board is answered with nothing; any change, and time itself, is answered in full."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment, ClinicSession, WaitingEntry
from care.dayboard.versions import _PARTS, _STATEMENT
from care.dayboard.views.board import CLOCK
from patients.models import Patient
from tests.access.logins import log_in
from tests.care.dayboard.pages import of_session, text
from tests.factories import (
    Day,
    at,
    make_arrival,
    make_booking,
    make_dose,
    make_patient,
    make_staff,
    make_vial,
    make_wait,
)
from vaccinations.models import Lot, StandingOrder, Vial
from vaccinations.services.vials import discard

# The login's session, who it is, the second factor and role, the clinic of the day, the version;
# and whether the day is so long past that one must say why.
MOST_QUERIES_UNCHANGED = 7
# Read for who is asking, or they never change: no part of what a board shows.
NOT_SHOWN = {
    "django_session",
    "clinics_staff",
    "clinics_stafflogin",
    "mfa_authenticator",
    "clinics_membership",
    "eligibility_decision",  # a new one is a new row, which the appointment then names
    "vaccinations_product",
    "audit_auditentry",
    # Of these a board is told within a minute.
    "notifications_message",
    "appointments_nextanswer",
}


def poll(client: Client, day: Day, version: str = "") -> HttpResponse:
    return client.get(of_session("live", day.session), {"versjon": version})


def version_in(response: HttpResponse) -> str:
    found = re.search(r'name="versjon" value="(\w+)"', response.content.decode())
    assert found
    return found[1]


def test_an_unchanged_board_is_answered_with_nothing_in_few_queries(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    version = version_in(nurse.get(of_session("board", day.session)))

    with CaptureQueriesContext(connection) as queries:
        response = poll(nurse, day, version)

    assert (response.status_code, response.content) == (204, b"")
    assert response.headers[CLOCK] == "17.42.00"
    assert "no-store" in response.headers["Cache-Control"]
    assert len(queries) <= MOST_QUERIES_UNCHANGED, [query["sql"][:90] for query in queries]
    assert "given_name" not in " ".join(query["sql"] for query in queries), "no name is read"


def change_name(day: Day, _vial: Vial) -> None:
    Patient.objects.filter(pk=Appointment.objects.get().patient_id).update(interpreter="arabisk")


CHANGES: dict[str, Callable[[Day, Vial], object]] = {
    "somebody books": lambda day, _: make_booking(session=day.session, clock="18.30"),
    "somebody comes": lambda day, _: make_arrival(session=day.session, clock="18.30"),
    "somebody leaves": lambda _day, _: Appointment.objects.update(
        status="left", ended_at=at("17.41")
    ),
    "a person is corrected": change_name,
    "a vial is opened": lambda day, _: make_vial(clinic=day.clinic, lot=day.lot, now=at("17.41")),
    "a dose is given": lambda day, vial: make_dose(vial=vial, by=day.nurse, now=at("17.41")),
    "a vial is thrown away": lambda day, vial: discard(
        vial_id=vial.pk, clinic_id=day.clinic.pk, reason="broken", by=day.by, now=at("17.41")
    ),
    "a lot is stopped": lambda _day, _: Lot.objects.update(state=Lot.State.QUARANTINED),
    "the order is withdrawn": lambda day, _: StandingOrder.objects.update(
        withdrawn_at=at("17.41"), withdrawn_by=day.nurse
    ),
    "somebody can come at short notice": lambda day, _: make_wait(
        clinic=day.clinic, wants_time=False, eta_minutes=30
    ),
    "the session is changed": lambda day, _: ClinicSession.objects.filter(pk=day.session.pk).update(
        state="closed"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_changes_is_answered_in_full(
    change: Callable[[Day, Vial], object],
    nurse: Client,
    day: Day,
    waiting: Appointment,
    vial: Vial,
) -> None:
    version = version_in(poll(nurse, day))
    assert poll(nurse, day, version).status_code == 204, "the control: nothing has changed yet"

    change(day, vial)

    response = poll(nurse, day, version)
    assert response.status_code == 200
    assert version_in(response) != version


def test_a_new_minute_is_news(
    nurse: Client, day: Day, waiting: Appointment, clock: time_machine.Traveller
) -> None:
    version = version_in(poll(nurse, day))
    clock.shift(timedelta(seconds=59))
    assert poll(nurse, day, version).status_code == 204

    clock.shift(timedelta(seconds=1))

    assert poll(nurse, day, version).status_code == 200


@pytest.mark.parametrize("minutes_before", [20, 0], ids=["begins to warn", "ends"])
def test_a_vial_that_begins_to_warn_or_ends_is_news_at_that_second(
    minutes_before: int, nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    vial = make_vial(clinic=day.clinic, lot=day.lot, now=at("17.30") + timedelta(seconds=25))
    moment = vial.use_before - timedelta(minutes=minutes_before)
    clock.move_to(moment - timedelta(seconds=2))
    version = version_in(poll(nurse, day))
    clock.move_to(moment - timedelta(seconds=1))
    assert poll(nurse, day, version).status_code == 204

    clock.move_to(moment + timedelta(seconds=1))

    words = "Brukstiden er ute" if minutes_before == 0 else "Under 20 minutter igjen"
    assert words in text(poll(nurse, day, version))


def test_another_reader_sees_the_board_in_full_and_is_recorded(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    version = version_in(poll(nurse, day))
    colleague = log_in(Client(), make_staff(clinic=day.clinic, email="ola@example.org"))

    assert poll(colleague, day, version).status_code == 200


def test_names_hidden_elsewhere_in_the_same_browser_are_hidden_here_too(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    version = version_in(poll(nurse, day))

    nurse.post(of_session("display", day.session), {"vis": "initialer"})

    assert poll(nurse, day, version).status_code == 200


def test_every_table_that_a_board_reads_is_part_of_its_version(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    make_dose(patient=make_patient(), vial=vial, by=day.nurse, now=at("17.36"))
    with CaptureQueriesContext(connection) as queries:
        poll(nurse, day)

    read = {
        table for query in queries for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])
    }
    marked = set(re.findall(r"FROM (\w+_\w+)", _STATEMENT))

    assert read - marked - NOT_SHOWN == set()
    assert len(_PARTS) == len(set(_PARTS))
    assert WaitingEntry._meta.db_table in marked
