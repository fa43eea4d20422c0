"""A form that one colleague opened, sent when another is logged in, is not saved unasked."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from appointments.models import Appointment
from clinics.models import Staff
from eligibility.models import Decision
from tests.access.logins import log_in
from tests.care.dayboard.pages import ask_all_no, of_person, of_session, text
from tests.factories import Day, at, make_arrival, make_clinic, make_day, make_staff, make_vial
from vaccinations.models import Dose, Vial

pytestmark = pytest.mark.django_db
WORDS = "Skjemaet ble åpnet av Kari Nurse. Nå er Ola Dahl logget inn."


@pytest.fixture
def day(db: None) -> Iterator[Day]:
    with time_machine.travel(at("18.00"), tick=False):
        yield make_day()


@pytest.fixture
def kari(day: Day) -> Staff:
    day.nurse.name = "Kari Nurse"
    day.nurse.save()
    return day.nurse


@pytest.fixture
def ola(day: Day) -> Staff:
    return make_staff(clinic=day.clinic, name="Ola Dahl")


@pytest.fixture
def browser(kari: Staff) -> Client:
    return log_in(Client(), kari)


@pytest.fixture
def vial(day: Day) -> Vial:
    return make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))


@pytest.fixture
def waiting(day: Day) -> Appointment:
    return make_arrival(session=day.session, clock="17.40", by=day.nurse)


def form_of(page: str) -> str:
    [made_for] = set(re.findall(r'name="form_of"\s+value="(\d+)"', page))
    return made_for


def test_the_dose_of_another_is_asked_for_again_and_then_is_the_senders(
    browser: Client, ola: Staff, vial: Vial, waiting: Appointment
) -> None:
    decision = ask_all_no(browser, waiting)
    opened = browser.get(of_person("person", waiting))
    assert "Vaksinatør: Kari Nurse" in text(opened)
    posted = {"decision": str(decision), "vial": str(vial.pk), "site": "right_upper_arm"}
    made_for_kari = {"form_of": form_of(opened.content.decode())}

    log_in(browser, ola)
    again = browser.post(of_person("give_dose", waiting), posted | made_for_kari)

    assert WORDS in text(again)
    assert "Vaksinatør: Ola Dahl" in text(again)
    assert not Dose.objects.exists()
    html = again.content.decode()
    assert re.search(r'value="right_upper_arm"[^>]*checked', html), "what was chosen is kept"

    browser.post(of_person("give_dose", waiting), posted | {"form_of": form_of(html)})
    assert Dose.objects.get().vaccinator == ola


def test_the_questions_of_another_keep_their_ticks(
    browser: Client, kari: Staff, ola: Staff, waiting: Appointment
) -> None:
    before = Decision.objects.count()
    log_in(browser, ola)
    answers = {"asked": "as_ticked", "yes": ["fever_over_38"], "form_of": str(kari.pk)}
    again = browser.post(of_person("rescreen", waiting), answers)

    assert WORDS in text(again)
    assert "Føres av Ola Dahl" in text(again)
    assert re.search(r'value="fever_over_38"[^>]*checked', again.content.decode())
    assert Decision.objects.count() == before


def test_a_dose_given_already_is_not_recorded_by_another_unasked(
    browser: Client, kari: Staff, ola: Staff, vial: Vial, waiting: Appointment
) -> None:
    log_in(browser, ola)
    told = {
        "vial": str(vial.pk),
        "route": "intradermal",
        "volume_ml": "0,1",
        "site": "left_upper_arm",
        "given_on": "26.11.2026",
        "given_at": "17.42",
        "vaccinator": str(kari.pk),
        "asked": "all_denied",
        "reason": "Glemt i køen",
    }
    page = of_person("given_already", waiting)
    again = browser.post(page, told | {"form_of": str(kari.pk)})
    assert WORDS in text(again)
    assert "Glemt i køen" in again.content.decode()
    assert not Dose.objects.exists()

    browser.post(page, told | {"form_of": form_of(again.content.decode())})
    assert Dose.objects.get().vaccinator == kari, "who gave it is chosen in the form"


def test_other_forms_are_kept_on_a_page_that_asks(
    browser: Client, kari: Staff, ola: Staff, day: Day
) -> None:
    log_in(browser, ola)
    page = of_session("open_vial", day.session)
    posted = {"lot": str(day.lot.pk), "letter": "A", "form_of": str(kari.pk)}
    asked = browser.post(page, posted)

    assert asked.status_code == 409
    assert WORDS in text(asked)
    assert "Ingenting er lagret" in text(asked)
    html = asked.content.decode()
    assert re.search(r'name="letter"\s+value="A"', html)
    assert not Vial.objects.exists()

    browser.post(page, posted | {"form_of": form_of(html)})
    assert Vial.objects.get().opened_by == ola


@pytest.mark.parametrize("made_for", ["elsewhere", "tull", "9" * 40, ""])
def test_of_people_elsewhere_no_name_is_told(
    browser: Client, waiting: Appointment, made_for: str
) -> None:
    if made_for == "elsewhere":
        far = make_clinic(slug="elsewhere", name="Et annet sted")
        made_for = str(make_staff(clinic=far, name="Eva Fjern", email="eva@example.org").pk)
    posted = {"asked": "all_no", "form_of": made_for}
    said = text(browser.post(of_person("rescreen", waiting), posted))
    assert "Skjemaet ble åpnet av en annen." in said
    assert "Eva Fjern" not in said


def test_an_open_page_is_told_who_is_logged_in_now(
    browser: Client, ola: Staff, waiting: Appointment
) -> None:
    page = browser.get(of_person("person", waiting)).content.decode()
    said = re.search(r'name="versjon"\s+value="([^"]+)"', page)
    assert said
    asks = of_session("warnings", waiting)
    assert browser.get(asks, {"versjon": said[1]}).status_code == 204

    log_in(browser, ola)
    answer = browser.get(asks, {"versjon": said[1]})
    assert f'data-user="{ola.pk}"' in answer.content.decode()
