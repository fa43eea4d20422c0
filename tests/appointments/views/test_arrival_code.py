"""The code on the patient's own page, and what they want to be called."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment
from appointments.selectors.arrival_codes import arrival_code
from appointments.services.booking import cancel
from appointments.services.links import APPOINTMENT_LINK
from audit.domain import Actor
from audit.models import AuditEntry
from patients.models import Patient
from patients.services.links import mint
from tests.care.dayboard.pages import text
from tests.factories import BEFORE, OPENING, Day, make_booking, make_day

HEADINGS = {"nb": "Når du kommer", "nn": "Når du kjem", "en": "When you come"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def day(db: None) -> Day:
    return make_day()


@pytest.fixture
def booking(day: Day) -> Appointment:
    return make_booking(session=day.session, clock="18.00")


@pytest.fixture
def patient(client: Client, clock: time_machine.Traveller, booking: Appointment) -> Client:
    """A browser that has opened the link of the appointment."""
    token = mint(
        purpose=APPOINTMENT_LINK,
        subject_id=booking.pk,
        expires_at=booking.slot.session.ends_at,
        now=BEFORE,
    )
    client.get(reverse("appointments:link", args=[token]))
    return client


def page_of(client: Client, booking: Appointment) -> str:
    return client.get(reverse("appointments:mine", args=[booking.pk])).content.decode()


def spoken(booking: Appointment) -> str:
    code = arrival_code(booking.pk, booking.date)
    return f"{code[:4]} {code[4:]}"


@pytest.mark.parametrize("language", HEADINGS)
def test_the_page_shows_the_code_in_signs_and_as_a_picture_in_each_language(
    patient: Client, booking: Appointment, language: str
) -> None:
    patient.cookies["django_language"] = language
    html = page_of(patient, booking)

    assert HEADINGS[language] in html
    assert spoken(booking) in html
    assert "<svg" in html
    assert "style=" not in html[html.index("<svg") : html.index("</svg>")]


def test_the_code_is_the_same_each_time_and_another_for_each_person(
    patient: Client, day: Day, booking: Appointment
) -> None:
    other = make_booking(session=day.session, clock="18.10")

    assert spoken(booking) in page_of(patient, booking)
    assert spoken(booking) in page_of(patient, booking)
    assert spoken(other) != spoken(booking)


def test_there_is_none_once_it_is_cancelled_or_the_day_is_over(
    patient: Client, booking: Appointment, clock: time_machine.Traveller
) -> None:
    clock.move_to(booking.slot.session.ends_at.replace(hour=23, minute=59))
    assert "<svg" not in page_of(patient, booking)

    clock.move_to(BEFORE)
    cancel(appointment_id=booking.pk, by=Actor.patient(booking.patient_id), now=BEFORE)
    assert "<svg" not in page_of(patient, booking)


def test_the_patient_chooses_what_is_called_out(patient: Client, booking: Appointment) -> None:
    where = reverse("appointments:call_me", args=[booking.pk])

    for _click in range(2):
        page = text(patient.post(where, {"call_name": " Kim  L "}, follow=True))

    assert "Det er dette vi roper opp." in page
    assert Patient.objects.get(pk=booking.patient_id).call_name == "Kim L"
    assert AuditEntry.objects.filter(action="patient.call_name_changed").count() == 1


def test_what_is_no_name_is_refused_and_empty_means_the_name(
    patient: Client, booking: Appointment
) -> None:
    where = reverse("appointments:call_me", args=[booking.pk])

    assert "minst én bokstav" in text(patient.post(where, {"call_name": "123"}, follow=True))
    patient.post(where, {"call_name": "Kim"})
    patient.post(where, {"call_name": ""})

    assert Patient.objects.get(pk=booking.patient_id).call_name == ""


def test_a_stranger_sees_neither(client: Client, booking: Appointment) -> None:
    with time_machine.travel(OPENING, tick=False):
        response = client.get(reverse("appointments:mine", args=[booking.pk]))

    assert spoken(booking) not in response.content.decode()
