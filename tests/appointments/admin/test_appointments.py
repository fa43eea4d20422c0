"""The register of appointments: no names, nothing to change."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.admin.appointments import STATUSES
from appointments.domain.status import Status
from clinics.domain.roles import Role
from tests.appointments.admin.people import enter
from tests.factories import BEFORE, make_booking, make_clinic, make_patient, make_session

pytestmark = pytest.mark.django_db
LIST = reverse("admin:appointments_appointment_changelist")


@pytest.fixture(autouse=True)
def _a_week_before():
    with time_machine.travel(BEFORE, tick=False):
        yield


def page_of(booking):
    return reverse("admin:appointments_appointment_change", args=[booking.pk])


def test_it_says_when_and_in_what_state_but_never_who(client):
    enter(client, (make_clinic(), Role.ADMIN))
    session = make_session()
    hidden = make_patient(given_name="Ola", family_name="Hemmelig")
    booking = make_booking(session=session, patient=hidden)
    with CaptureQueriesContext(connection) as few:
        page = client.get(LIST).content.decode()
    assert "bestilt" in page
    for text in (page, client.get(page_of(booking)).content.decode()):
        assert "Hemmelig" not in text
        assert str(hidden.pk) not in text
    for _ in range(9):
        make_booking(session=session)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(LIST).context["cl"].result_list) == 10
    assert len(many) == len(few)


def test_one_is_found_by_its_id_and_nonsense_finds_nothing(client):
    enter(client, (make_clinic(), Role.ADMIN))
    booking = make_booking()
    make_booking(session=booking.slot.session)
    assert list(client.get(f"{LIST}?q={booking.pk}").context["cl"].result_list) == [booking]
    assert not client.get(f"{LIST}?q=tull").context["cl"].result_list


def test_nothing_can_be_changed(client):
    enter(client, (make_clinic(), Role.ADMIN))
    assert client.post(page_of(make_booking()), {"status": "vaccinated"}).status_code == 403


def test_the_person_on_the_board_is_linked_for_those_who_work_there(client):
    booking = make_booking()
    board = reverse("dayboard:person", args=[booking.slot.session_id, booking.pk])
    enter(client, (make_clinic(), Role.ADMIN))
    assert board not in client.get(page_of(booking)).content.decode()
    enter(client, (make_clinic(), Role.CLINICIAN), name="lund")
    assert board in client.get(page_of(booking)).content.decode()


def test_every_state_has_words():
    assert set(STATUSES) == set(Status)
