"""The first page after logging in."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinics.domain.roles import Role
from clinics.models import Membership
from tests.access.logins import log_in
from tests.care.dayboard.pages import of_session, text
from tests.factories import (
    DAY,
    OPENING,
    Day,
    make_booking,
    make_clinic,
    make_session,
    make_staff,
)

HOME = reverse("desk:home")


def test_todays_session_has_a_way_to_its_board(nurse: Client, day: Day) -> None:
    make_booking(session=day.session, clock="18.00")

    response = nurse.get(HOME)

    assert "Nydalen vaksinasjon I dag 16.00–20.00 1 person har time Åpne tavla" in text(response)
    assert of_session("board", day.session) in response.content.decode()


def test_coming_sessions_show_how_many_are_booked(nurse: Client, day: Day) -> None:
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    for _ in range(2):
        make_booking(session=later)
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=8), opened=False)
    make_session(clinic=day.clinic, starts_at=OPENING - timedelta(days=7))

    page = text(nurse.get(HOME))

    assert "torsdag 3. desember, 16.00–20.00 2 personer har time" in page
    assert "fredag 4. desember" not in page, "a draft is not for the nurse"
    assert "19. november" not in page


def test_a_session_past_midnight_is_still_todays(
    nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    night = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(hours=6), hours=4)
    clock.move_to(OPENING + timedelta(hours=9))

    html = nurse.get(HOME).content.decode()

    assert of_session("board", night) in html
    assert "I dag 22.00–02.00" in text(nurse.get(HOME))


def test_without_a_session_the_page_says_what_can_be_done(nurse: Client, day: Day) -> None:
    day.session.delete()

    page = text(nurse.get(HOME))

    assert "Ingen vaksinering her i dag." in page
    assert "kan åpne en i administrasjonen" in page


@pytest.mark.django_db
def test_a_role_without_the_board_sees_the_days_but_no_way_in(
    client: Client, clock: time_machine.Traveller, day: Day
) -> None:
    log_in(client, make_staff(Role.AUDITOR, clinic=day.clinic))

    response = client.get(HOME)

    assert "I dag 16.00–20.00" in text(response)
    assert of_session("board", day.session) not in response.content.decode()


@pytest.mark.django_db
def test_somebody_without_a_role_is_told_whom_to_ask(
    client: Client, clock: time_machine.Traveller
) -> None:
    root = make_staff(name="Root")
    root.is_superuser = True
    root.save(update_fields=["is_superuser"])
    Membership.objects.all().delete()
    log_in(client, root)

    assert "Du har ingen rolle noe sted i dag" in text(client.get(HOME))


def test_the_page_costs_the_same_for_one_clinic_and_for_four(nurse: Client, day: Day) -> None:
    counts = []
    for clinics in (0, 3):
        for number in range(clinics):
            clinic = make_clinic(slug=f"sted-{number}", name=f"Sted {number}")
            Membership.objects.create(
                staff=day.nurse, clinic=clinic, role=Role.VACCINATOR, valid_from=DAY
            )
            make_session(clinic=clinic)
        with CaptureQueriesContext(connection) as queries:
            page = text(nurse.get(HOME))
        assert page.count("Åpne tavla") == 1 + clinics
        counts.append(len(queries))

    assert counts[0] == counts[1]
