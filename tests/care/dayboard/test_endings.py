"""A visit without a dose: with a reason, a next step, and a way back the same day."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment, ClinicSession
from tests.care.dayboard.pages import ask_all_no, of_person, of_session, text
from tests.factories import OPENING, Day, at, make_session, slot_at
from tests.invariants import assert_integrity

NOW = at("17.42")


@pytest.fixture
def later(day: Day) -> ClinicSession:
    return make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))


def end(nurse: Client, waiting: Appointment, **posted: str) -> Appointment:
    data = {"reason": "no_id", "note": "", "next_step": "nothing", **posted}
    response = nurse.post(of_person("end", waiting), data)
    assert response.status_code == 302, text(response)
    waiting.refresh_from_db()
    return waiting


@pytest.mark.parametrize(
    ("reason", "status", "words"),
    [
        ("no_id", "turned_away", "hadde ikke gyldig legitimasjon"),
        ("could_not_wait", "left", "kunne ikke vente"),
        ("changed_mind", "declined", "har ombestemt seg"),
    ],
)
def test_the_reason_says_what_becomes_of_the_visit(
    nurse: Client, waiting: Appointment, reason: str, status: str, words: str
) -> None:
    assert end(nurse, waiting, reason=reason).status == status

    assert words in text(nurse.get(of_person("person", waiting)))
    assert words in text(nurse.get(of_session("board", waiting), {"ferdige": "1"}))
    assert_integrity(now=NOW)


def test_a_note_is_on_the_persons_page_and_not_on_the_board(
    nurse: Client, waiting: Appointment
) -> None:
    end(nurse, waiting, reason="other", note="Måtte hente barn")

    assert "Måtte hente barn" in text(nurse.get(of_person("person", waiting)))
    assert "barn" not in text(nurse.get(of_session("board", waiting), {"ferdige": "1"}))


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"reason": ""}, "Velg hva som skjedde."),
        ({"next_step": ""}, "Velg hva som skjer videre."),
        ({"reason": "other", "note": " "}, "Skriv kort hva som skjedde."),
        ({"reason": "changed_mind", "next_step": "new_time"}, "får ikke ny time"),
    ],
)
def test_what_is_missing_is_said(
    nurse: Client, waiting: Appointment, posted: dict[str, str], words: str
) -> None:
    data = {"reason": "no_id", "note": "", "next_step": "nothing", **posted}
    assert words in text(nurse.post(of_person("end", waiting), data))
    waiting.refresh_from_db()
    assert waiting.status == "arrived"


@pytest.mark.parametrize("reason", ["no_id", "could_not_wait", "wants_to_think"])
def test_who_is_to_be_called_is_on_the_list_until_a_time_is_found(
    nurse: Client, waiting: Appointment, later: ClinicSession, reason: str
) -> None:
    end(nurse, waiting, reason=reason, next_step="call")
    calls = reverse("dayboard:to_call", args=[later.clinic.slug])
    assert waiting.patient
    assert waiting.patient.listed_name in text(nurse.get(calls))

    chosen = {"decision": str(waiting.decision_id), "slot": str(slot_at(later, "17.00").pk)}
    nurse.post(of_person("new_time", waiting), chosen)

    assert Appointment.objects.filter(patient=waiting.patient, status="booked").count() == 1
    assert waiting.patient.listed_name not in text(nurse.get(calls))
    assert_integrity(now=NOW)


def test_a_new_time_now_leads_to_the_free_times(
    nurse: Client, waiting: Appointment, later: ClinicSession
) -> None:
    data = {"reason": "no_id", "note": "", "next_step": "new_time"}
    page = text(nurse.post(of_person("end", waiting), data, follow=True))
    assert "Torsdag 3. desember" in page


def test_nothing_more_puts_nobody_on_the_list(nurse: Client, waiting: Appointment) -> None:
    end(nurse, waiting)
    assert "ringes" not in text(nurse.get(of_session("board", waiting)))


def test_a_second_click_changes_nothing(nurse: Client, waiting: Appointment) -> None:
    end(nurse, waiting)
    end(nurse, waiting, reason="gone")
    assert (waiting.status, waiting.end_reason) == ("turned_away", "no_id")


@pytest.mark.parametrize("reason", ["no_id", "gone", "changed_mind"])
def test_the_visit_goes_on_when_that_is_taken_back(
    nurse: Client, waiting: Appointment, reason: str
) -> None:
    arrived_at = waiting.arrived_at
    ask_all_no(nurse, waiting)
    end(nurse, waiting, reason=reason, next_step="call")

    nurse.post(of_person("take_back_end", waiting))

    waiting.refresh_from_db()
    assert (waiting.status, waiting.end_reason, waiting.call_back) == ("arrived", "", False)
    assert waiting.arrived_at == arrived_at
    assert "Spurt, klar" in text(nurse.get(of_session("board", waiting)))
    assert_integrity(now=NOW)


def test_who_has_a_new_time_does_not_wait_again(
    nurse: Client, waiting: Appointment, later: ClinicSession
) -> None:
    end(nurse, waiting, next_step="call")
    chosen = {"decision": str(waiting.decision_id), "slot": str(slot_at(later, "17.00").pk)}
    nurse.post(of_person("new_time", waiting), chosen)

    page = text(nurse.post(of_person("take_back_end", waiting), follow=True))

    assert "har fått time allerede" in page
    waiting.refresh_from_db()
    assert waiting.status == "turned_away"
