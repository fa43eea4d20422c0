"""A person's page where the number in the ID is missing: axe finds nothing at any width."""

import os

import pytest
import time_machine
from django.test import Client

from tests.access.logins import log_in
from tests.browser import axe_faults, pixels_too_wide
from tests.care.dayboard.pages import of_person
from tests.factories import at, make_arrival, make_day
from tests.look.conftest import OpenHtml

NOW = at("17.42")


@pytest.mark.parametrize("width", [1280, 1024, 390])
def test_the_line_is_read_at_every_width(
    db: None, client: Client, open_html: OpenHtml, width: int
) -> None:
    day = make_day()
    came = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    with time_machine.travel(NOW, tick=False):
        html = log_in(client, day.nurse).get(of_person("person", came)).content.decode()
    page = open_html(html, width=width)

    assert page.get_by_role("link", name="Skriv inn nummeret").is_visible()
    assert axe_faults(page) == []
    assert pixels_too_wide(page) == 0
    if folder := os.environ.get("MPOX_PICTURES"):
        page.screenshot(path=f"{folder}/number-missing-{width}.png", full_page=True)
