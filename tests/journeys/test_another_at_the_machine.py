"""What stays on a screen when another logs in at it, or when a role has ended: nobody's names."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings

from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.models import Membership, Staff
from tests.access.logins import log_in as log_in_at_once
from tests.browser import DESKTOP, NewVisitor, Visitor
from tests.factories import (
    make_arrival,
    make_clinic,
    make_lot,
    make_session,
    make_staff,
    make_vial,
)
from tests.journeys.staff import log_in, make_nurse
from tests.journeys.test_shared_machine import ROUNDS, leave

A_LOOK = 3_500  # a locked page asks every three seconds who is logged in
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def sit_down(visitor: Visitor, staff: Staff) -> None:
    """Leave the browser as a log-in in another of its windows does."""
    client = log_in_at_once(Client(), staff)
    key = client.cookies["sessionid"].value
    visitor.page.context.add_cookies([{"name": "sessionid", "value": key, "url": visitor.home}])


def test_neither_a_locked_form_nor_a_board_shows_names_to_whom_they_are_not_for(
    new_visitor: NewVisitor, valkey: object, settings: Settings
) -> None:
    settings.STAFF_IDLE = timedelta(minutes=15)
    now = timezone.now().replace(second=0, microsecond=0)
    clinic = make_clinic()
    make_lot(clinic=clinic)
    session = make_session(starts_at=now - timedelta(hours=1), now=now - timedelta(days=7))
    kari = make_nurse()
    waiting = make_arrival(session=session, by=kari, now=now)
    make_vial(clinic=clinic, by=kari, now=now)
    family_name = waiting.patient.family_name
    desk = new_visitor(DESKTOP)
    log_in(desk, kari)

    # Half a form, and away; somebody from another clinic logs in in another window.
    desk.open(f"/tavle/{session.pk}/person/{waiting.pk}/")
    box = desk.page.locator("input[name=yes][value=fever_over_38]")
    box.check()
    leave(desk.page, kari, minutes=15)
    locked = desk.page.get_by_role("link", name="Lås opp")
    expect(locked).to_be_visible()
    stranger = make_staff(clinic=make_clinic(slug="fremmed"), name="Ola Dahl")
    sit_down(desk, stranger)
    desk.page.wait_for_timeout(2 * A_LOOK)
    expect(locked).to_be_visible()
    expect(box).to_be_hidden()
    assert family_name not in desk.page.inner_text("body")

    # Kari comes back: it is hers, as she left it.
    sit_down(desk, kari)
    expect(box).to_be_visible(timeout=ROUNDS)
    expect(box).to_be_checked()

    # Her role here ends while she looks at the board; she works elsewhere too, and stays in.
    elsewhere = make_clinic(slug="annet")
    Membership.objects.create(
        staff=kari, clinic=elsewhere, role=Role.VACCINATOR, valid_from=oslo_date(now)
    )
    desk.open(f"/tavle/{session.pk}/")
    desk.reads(family_name)
    yesterday = oslo_date(now) - timedelta(days=1)
    Membership.objects.filter(staff=kari, clinic=clinic).update(valid_until=yesterday)
    alert = desk.page.get_by_role("alert").filter(has_text="Tavla er låst")
    expect(alert).to_be_visible(timeout=ROUNDS)
    assert family_name not in desk.page.inner_text("body")
    desk.expected_failures("404|Failed to load resource")
