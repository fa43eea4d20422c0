"""The pages that a postponed visit leads to: another time, the call list, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import Appointment, ClinicSession
from audit.models import AuditEntry
from tests.care.dayboard.pages import of_person, of_session, text
from tests.factories import OPENING, Day, make_arrival, make_session, slot_at


@pytest.fixture
def later(day: Day) -> ClinicSession:
    return make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))


def with_fever(nurse: Client, waiting: Appointment) -> Appointment:
    nurse.post(of_person("rescreen", waiting), {"asked": "as_ticked", "yes": ["fever_over_38"]})
    waiting.refresh_from_db()
    return waiting


def chosen(waiting: Appointment, session: ClinicSession, clock: str = "17.00") -> dict[str, str]:
    return {"decision": str(waiting.decision_id), "slot": str(slot_at(session, clock).pk)}


def call_list(day: Day) -> str:
    return reverse("dayboard:to_call", args=[day.clinic.slug])


def test_a_new_time_is_booked_and_shown(
    nurse: Client, waiting: Appointment, later: ClinicSession
) -> None:
    with_fever(nurse, waiting)
    page = text(nurse.get(of_person("new_time", waiting)))
    assert "Torsdag 3. desember" in page
    assert "16.00" in page

    response = nurse.post(of_person("new_time", waiting), chosen(waiting, later), follow=True)

    assert "Ny time: torsdag 3. desember kl. 17.00." in text(response)
    assert "Besøket er avsluttet" in text(response)
    assert "ringes" not in text(nurse.get(of_session("board", waiting)))


def test_a_second_click_changes_nothing_and_alarms_nobody(
    nurse: Client, waiting: Appointment, later: ClinicSession
) -> None:
    with_fever(nurse, waiting)
    for _ in range(2):
        nurse.post(of_person("new_time", waiting), chosen(waiting, later))

    assert Appointment.objects.filter(patient=waiting.patient, status="booked").count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slot": ""}, "Velg en tid"),
        ({"slot": "x"}, "Velg en tid"),
        ({"slot": "00000000-0000-0000-0000-000000000000"}, "Tiden er ikke ledig lenger."),
    ],
)
def test_a_time_that_is_none_is_refused_in_words(
    nurse: Client,
    waiting: Appointment,
    later: ClinicSession,
    change: dict[str, Any],
    words: str,
) -> None:
    with_fever(nurse, waiting)
    posted = chosen(waiting, later) | change

    assert words in text(nurse.post(of_person("new_time", waiting), posted))
    waiting.refresh_from_db()
    assert waiting.status == "arrived"


def test_without_times_the_page_leads_back(nurse: Client, waiting: Appointment) -> None:
    with_fever(nurse, waiting)
    assert "Ingen ledige tider" in text(nurse.get(of_person("new_time", waiting)))


def test_who_may_have_the_dose_is_led_back_to_it(
    nurse: Client, waiting: Appointment, later: ClinicSession
) -> None:
    response = nurse.get(of_person("new_time", waiting))
    assert response.headers["Location"] == of_person("person", waiting)


def test_the_board_leads_to_those_who_are_to_be_called(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    with_fever(nurse, waiting)
    nurse.post(of_person("end_without_dose", waiting))
    assert "1 skal ringes om en ny time" in text(nurse.get(of_session("board", waiting)))

    page = text(nurse.get(call_list(day)))

    assert waiting.patient
    assert waiting.patient.sorted_name in page
    assert waiting.patient.phone in page
    assert AuditEntry.objects.filter(action="call_list.read", patient_id=waiting.patient_id).count()


def test_who_wants_no_other_time_is_off_the_list(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    with_fever(nurse, waiting)
    nurse.post(of_person("end_without_dose", waiting))
    nurse.post(of_person("decline", waiting))
    assert "Ingen skal ringes" in text(nurse.get(call_list(day)))


def test_the_list_costs_the_same_few_queries_however_long_it_is(nurse: Client, day: Day) -> None:
    counts = []
    for clock in ("16.20", "16.30", "16.40"):
        for _ in range(2):
            waiting = make_arrival(session=day.session, clock=clock, by=day.nurse)
            with_fever(nurse, waiting)
            nurse.post(of_person("end_without_dose", waiting))
        nurse.get(call_list(day))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            nurse.get(call_list(day))
        counts.append(len(asked))

    assert len(set(counts)) == 1, counts
    assert counts[0] <= 10
