"""The admin's page of a clinic's own planning numbers."""

import pytest
import time_machine
from django.urls import reverse

from appointments.models import PLANNING_BOUNDS, PlanningNumbers
from appointments.services.policies import choose_planning_numbers
from audit.domain import Actor
from clinics.domain.roles import Role
from tests.appointments.admin.people import enter, errors_of, told
from tests.care.dayboard.pages import text
from tests.factories import BEFORE, make_clinic, make_session, make_window

pytestmark = pytest.mark.django_db
ADD = reverse("admin:appointments_planningnumbers_add")
LIST = reverse("admin:appointments_planningnumbers_changelist")
EMPTY = dict.fromkeys(PLANNING_BOUNDS, "")


@pytest.fixture(autouse=True)
def _a_week_before():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def lead(client):
    return enter(client, (make_clinic(), Role.LEAD))


def chosen(**numbers):
    return choose_planning_numbers(
        clinic_id=make_clinic().pk, numbers=numbers, by=Actor.system(), now=BEFORE
    )


def page_of(own):
    return reverse("admin:appointments_planningnumbers_change", args=[own.pk])


def test_a_lead_chooses_numbers_for_the_clinic(client, lead):
    posted = client.post(ADD, {**EMPTY, "clinic": make_clinic().pk, "margin_min": "15"})

    assert posted.status_code == 302
    assert PlanningNumbers.objects.get().chosen() == {"margin_min": 15}
    assert "margin for forsinkelser, minutter: 15" in text(client.get(LIST))


def test_an_emptied_field_goes_back_to_the_default(client, lead):
    own = chosen(margin_min=15, hold_min=10)

    client.post(page_of(own), {**EMPTY, "hold_min": "10"})

    own.refresh_from_db()
    assert own.chosen() == {"hold_min": 10}


def test_each_field_says_what_empty_means(client, lead):
    page = text(client.get(ADD))
    assert "personer per glass: Så mange får time på samme glass, 1 til 5. Tomt felt betyr 5." in (
        page.replace("Personer", "personer")
    )
    assert "Tomt felt betyr 30." in page


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"booked_per_vial": "0"}, "booked_per_vial", "Skriv et helt tall fra 1 til 5"),
        ({"booked_per_vial": "6"}, "booked_per_vial", "Skriv et helt tall fra 1 til 5"),
        ({"hold_min": "21"}, "hold_min", "Skriv et helt tall fra 0 til 20"),
        (
            {"booked_per_vial": "3", "min_batch": "4"},
            "min_batch",
            "Tallet kan ikke være høyere enn antallet personer per glass, som er 3.",
        ),
        (
            {"booked_per_vial": "3", "open_threshold": "5"},
            "open_threshold",
            "Tallet kan ikke være høyere enn antallet personer per glass, som er 3.",
        ),
    ],
)
def test_an_impossible_number_is_refused_at_its_field_with_what_to_do(
    client, lead, said, field, words
):
    response = client.post(ADD, {**EMPTY, "clinic": make_clinic().pk, **said})

    assert words in errors_of(response)[field][0]
    assert not PlanningNumbers.objects.exists()


def test_a_number_in_words_is_refused(client, lead):
    response = client.post(ADD, {**EMPTY, "clinic": make_clinic().pk, "margin_min": "ti"})
    assert list(errors_of(response)) == ["margin_min"]


def test_a_clinic_has_its_numbers_once(client, lead):
    chosen(margin_min=15)
    response = client.post(ADD, {**EMPTY, "clinic": make_clinic().pk})
    assert list(errors_of(response)) == ["clinic"]


def test_a_margin_that_uses_up_the_window_is_warned_of(client, lead):
    make_window(minutes=20)
    own = chosen(margin_min=10)
    assert "bruker opp hele brukstiden" not in text(client.get(page_of(own)))

    saved = client.post(page_of(own), {**EMPTY, "margin_min": "20"}, follow=True)

    warning = "Marginen på 20 minutter bruker opp hele brukstiden for Vaksinen, som er 20 minutter"
    assert any(warning in words for words in told(saved))
    assert "bare de som har time på samme klokkeslett" in text(client.get(page_of(own)))


def test_the_page_tells_what_is_learned(client, lead):
    page = text(client.get(page_of(chosen(margin_min=15))))
    assert "Glassene ventes å gi 4,7 doser i snitt. Det er standardtallet" in page
    assert "ventes 90 % å få dosen sin" in page


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.AUDITOR])
def test_others_read_and_change_nothing(client, role):
    enter(client, (make_clinic(), role))
    own = chosen(margin_min=15)
    assert client.get(page_of(own)).status_code == 200
    assert client.post(page_of(own), {**EMPTY, "margin_min": "5"}).status_code == 403
    assert client.get(ADD).status_code == 403


def test_nobody_chooses_for_another_clinic(client, lead):
    elsewhere = make_clinic(slug="andre")
    response = client.post(ADD, {**EMPTY, "clinic": elsewhere.pk, "margin_min": "5"})
    assert list(errors_of(response)) == ["clinic"]


def test_a_session_tells_what_it_is_planned_with_and_when_its_window_is_too_short(client, lead):
    def page(session):
        return text(
            client.get(reverse("admin:appointments_clinicsession_change", args=[session.pk]))
        )

    session = make_session()
    assert "5 personer per glass, margin 10 minutter, 4,7 doser per glass i snitt, 90 %" in page(
        session
    )
    make_window(minutes=10)
    short = make_session(starts_at=session.ends_at)
    assert "bare de som har time på samme klokkeslett, deler et glass" in page(short)
