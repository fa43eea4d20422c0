"""The end of the day, its report, and paper: clean in axe, and none too wide."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from appointments.domain.day_numbers import DayNumbers
from appointments.models import DayClosing
from clinics.domain.roles import Role
from tests.access.logins import log_in
from tests.browser import axe_faults, pixels_too_wide
from tests.care.dayboard.pages import ask_all_no, of_person, of_session
from tests.factories import (
    Day,
    at,
    make_arrival,
    make_booking,
    make_day,
    make_lot,
    make_staff,
    make_thawing,
    make_vial,
)
from tests.look.conftest import OpenHtml

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

LATE = at("20.05")
WIDTHS = (320, 390, 1024, 1280)

Look = Callable[..., Page]


@pytest.fixture
def day(db: None) -> Day:
    """A day at its end: two wait or are under observation, two never came, vials are open."""
    day = make_day()
    day.clinic.fee = "Oppmøtet koster 300 kroner."
    day.clinic.save()
    product = day.session.product
    product.stored_frozen = True
    make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))
    product.save()
    frozen = make_lot(clinic=day.clinic, product=product, number="7F01")
    make_thawing(lot=frozen, by=day.nurse, vials=2, use_before=at("23.00"))
    with time_machine.travel(at("17.42"), tick=False):
        nurse = log_in(Client(), day.nurse)
        came = make_arrival(session=day.session, clock="17.40", by=day.nurse)
        decision = ask_all_no(nurse, came)
        vial = day.clinic.vials.get()
        dose = {"decision": decision, "vial": vial.pk, "site": "left_upper_arm"}
        nurse.post(of_person("give_dose", came), dose)
    make_arrival(session=day.session, clock="19.40", by=day.nurse)
    for clock in ("18.00", "18.10", "18.20"):
        make_booking(session=day.session, clock=clock, keloid_tendency=clock == "18.10")
    return day


@pytest.fixture
def look(open_html: OpenHtml, day: Day) -> Look:
    """Open an address as the nurse, or as another, at every width; return the widest page."""

    def _look(address: str, by: Client | None = None, **posted: object) -> Page:
        client = by or log_in(Client(), day.nurse)
        response = client.post(address, posted) if posted else client.get(address)
        assert response.status_code == 200
        for width in WIDTHS:
            page = open_html(response.content.decode(), width=width)
            assert axe_faults(page) == []
            assert pixels_too_wide(page) == 0
            _keep(page, address, width)
        return page

    return _look


def _keep(page: Page, address: str, width: int) -> None:
    name = address.rstrip("/").rpartition("/")[2]
    folder = os.environ.get("MPOX_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/close-{name}-{width}.png", full_page=True)


def test_the_end_of_the_day(look: Look, day: Day) -> None:
    with time_machine.travel(LATE, tick=False):
        page = look(of_session("close_day", day.session))
        again = look(of_session("close_day", day.session), cases_told="on")

    assert page.get_by_role("heading", level=1).inner_text() == "Avslutt dagen"
    assert again.get_by_role("alert").count() == 1


def test_a_vial_without_an_answer(look: Look, day: Day) -> None:
    vial = day.clinic.vials.get()
    with time_machine.travel(LATE, tick=False):
        page = look(of_session("close_vial", day.session, vial.pk), rest="")

    assert page.get_by_text("Velg hva som skjedde med resten").count()


def test_the_report_and_reopening(look: Look, day: Day) -> None:
    admin = make_staff(Role.ADMIN, Role.LEAD, clinic=day.clinic, name="Ada")
    numbers = DayNumbers(vaccinated=1, units=1, vials=1, discarded={"broken": 4}, no_shows=3)
    DayClosing.objects.create(
        session=day.session, closed_at=LATE, closed_by=day.nurse, numbers=numbers.snapshot()
    )
    with time_machine.travel(LATE, tick=False):
        client = log_in(Client(), admin)
        look(of_session("day_report", day.session))
        look(of_session("reopen_day", day.session), by=client)
        look(reverse("desk:day_reports", args=[day.clinic.slug]), by=client)


def test_entering_from_paper(look: Look, day: Day) -> None:
    with time_machine.travel(LATE, tick=False):
        look(of_session("after_register", day.session))


def test_the_sheet_on_screen_and_on_paper(look: Look, day: Day, tmp_path: Path) -> None:
    with time_machine.travel(at("15.00"), tick=False):
        page = look(of_session("print_day", day.session))

    paper = tmp_path / "sheet.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    assert paper.read_bytes().startswith(b"%PDF")
