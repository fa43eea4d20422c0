"""The top of the admin's front page: the user's work, clinic by clinic."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.domain.session_states import SessionMove
from appointments.services.sessions import move_session
from audit.domain import Actor
from clinics.domain.roles import Role
from notifications.models import Message
from tests.appointments.admin.people import enter
from tests.factories import BEFORE, OPENING, at, make_booking, make_clinic, make_session

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(at("16.40"), tick=False):
        yield


def look(client):
    return client.get(INDEX).content.decode()


def test_todays_board_and_what_comes_are_one_press_away(client):
    clinic = make_clinic()
    today = make_session()
    coming = [make_session(starts_at=OPENING + timedelta(weeks=week)) for week in range(1, 6)]
    make_session(starts_at=OPENING + timedelta(weeks=7), opened=False)
    enter(client, (clinic, Role.LEAD))
    page = look(client)
    assert reverse("desk:home") in page
    assert reverse("dayboard:board", args=[today.pk]) in page
    shown = [reverse("admin:appointments_clinicsession_change", args=[one.pk]) for one in coming]
    assert [address in page for address in shown] == [True, True, True, False, False]
    assert "2 dager til" in page
    assert "1 utkast" in page


def test_who_does_not_work_at_the_board_is_led_to_the_sessions_page(client):
    session = make_session()
    enter(client, (make_clinic(), Role.ADMIN))
    page = look(client)
    assert reverse("dayboard:board", args=[session.pk]) not in page
    assert reverse("admin:appointments_clinicsession_change", args=[session.pk]) in page


def test_a_day_closed_for_booking_is_still_todays(client):
    session = make_session()
    move_session(session_id=session.pk, by_move=SessionMove.CLOSE, by=Actor.system(), now=BEFORE)
    enter(client, (make_clinic(), Role.LEAD))
    assert reverse("dayboard:board", args=[session.pk]) in look(client)


def test_messages_that_did_not_arrive_are_counted_at_their_clinic_for_two_weeks(client):
    make_booking()
    Message.objects.filter(kind="booked").update(state="failed", ended_at=OPENING)
    enter(client, (make_clinic(), Role.ADMIN))
    assert "1 melding nådde ikke fram" in look(client)
    Message.objects.filter(kind="booked").update(ended_at=OPENING - timedelta(days=15))
    assert "nådde ikke fram" not in look(client)


def test_other_clinics_are_not_on_it(client):
    make_booking()
    Message.objects.filter(kind="booked").update(state="failed", ended_at=OPENING)
    enter(client, (make_clinic(slug="elsewhere", name="Et annet sted"), Role.ADMIN))
    page = look(client)
    assert "Nydalen" not in page
    assert "nådde ikke fram" not in page
    assert "Ikke åpent i dag." in page


def test_more_clinics_and_days_ask_no_more_of_the_database(client):
    staff = enter(client, (make_clinic(), Role.ADMIN))
    make_session()
    with CaptureQueriesContext(connection) as one:
        look(client)
    for number in range(5):
        clinic = make_clinic(slug=f"sted-{number}", name=f"Sted {number}")
        staff.memberships.create(clinic=clinic, role="admin", valid_from=BEFORE.date())
        for week in range(3):
            make_session(clinic=clinic, starts_at=OPENING + timedelta(weeks=week))
    with CaptureQueriesContext(connection) as many:
        assert "Sted 4" in look(client)
    assert len(many) == len(one)
