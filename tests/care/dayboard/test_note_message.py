"""The note's page: the button that sends it, and what became of it."""

import pytest
from django.test import Client

from appointments.models import Appointment
from notifications.models import Message
from tests.care.conftest import NOW
from tests.care.dayboard.pages import ask_all_no, of_person, text
from vaccinations.models import Vial


@pytest.fixture
def given(nurse: Client, waiting: Appointment, vial: Vial) -> Appointment:
    decision = ask_all_no(nurse, waiting)
    dose = {"decision": str(decision), "vial": str(vial.pk), "site": "left_upper_arm"}
    nurse.post(of_person("give_dose", waiting), dose)
    return waiting


def reach(one: Appointment, by: str) -> None:
    assert one.patient
    one.patient.contact_by = by
    one.patient.save(update_fields=["contact_by"])


def test_it_is_sent_by_a_button_once_and_the_page_says_so(
    nurse: Client, given: Appointment
) -> None:
    reach(given, "sms")
    assert "Send som melding" in text(nurse.get(of_person("note", given)))

    for _ in range(2):
        response = nurse.post(of_person("send_note", given), follow=True)

    page = text(response)
    assert "Lappen sendes nå på SMS." in page
    assert "Send som melding" not in page
    assert Message.objects.filter(kind="visit_note").count() == 1


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("sent", "Lappen er sendt på SMS kl. 17.42."),
        ("failed", "Lappen nådde kanskje ikke fram på SMS. Skriv den ut i stedet."),
        ("unknown", "Lappen nådde kanskje ikke fram på SMS. Skriv den ut i stedet."),
    ],
)
def test_the_page_says_what_became_of_it(
    nurse: Client, given: Appointment, state: str, words: str
) -> None:
    reach(given, "sms")
    nurse.post(of_person("send_note", given))
    Message.objects.filter(kind="visit_note").update(state=state, ended_at=NOW)

    assert words in text(nurse.get(of_person("note", given)))


def test_who_gets_no_messages_is_given_the_paper(nurse: Client, given: Appointment) -> None:
    reach(given, "none")
    assert "Send som melding" not in text(nurse.get(of_person("note", given)))

    page = text(nurse.post(of_person("send_note", given), follow=True))

    assert "Personen får ikke meldinger fra oss. Skriv ut lappen i stedet." in page
    assert not Message.objects.filter(kind="visit_note").exists()


def test_opening_the_address_sends_nothing(nurse: Client, given: Appointment) -> None:
    reach(given, "sms")
    response = nurse.get(of_person("send_note", given))

    assert response.url == of_person("note", given)  # type: ignore[attr-defined]
    assert not Message.objects.filter(kind="visit_note").exists()


def test_before_a_dose_there_is_nothing_to_send(nurse: Client, waiting: Appointment) -> None:
    nurse.post(of_person("send_note", waiting))

    assert not Message.objects.filter(kind="visit_note").exists()
