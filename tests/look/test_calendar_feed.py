"""The page of the calendar subscription in all its states, at every width, in every language."""

import os

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from tests.browser import axe_faults, pixels_too_wide
from tests.factories import BEFORE, make_booking, make_session
from tests.look.conftest import OpenHtml

HEADINGS = {
    "nb": "Abonner på timene dine",
    "nn": "Abonner på timane dine",
    "en": "Subscribe to your appointments",
}


@pytest.mark.parametrize("language", HEADINGS)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_subscription_is_read_at_every_width(
    db: None, client: Client, open_html: OpenHtml, width: int, language: str
) -> None:
    booked = make_booking(session=make_session(), clock="17.40", now=BEFORE)
    session = client.session
    session["opened_appointments"] = [str(booked.pk)]
    session.save()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    address = f"/min-time/{booked.pk}/abonnement/"
    with time_machine.travel(BEFORE, tick=False):
        states = {
            "mine": client.get(f"/min-time/{booked.pk}/"),
            "none": client.get(address),
            "new": client.post(address, follow=True),
        }
        del client.cookies["feed"]
        states["there"] = client.get(address)
    for state, response in states.items():
        page = open_html(response.content.decode(), width=width)
        if state != "mine":
            assert page.locator("h1").inner_text().strip() == HEADINGS[language]
        assert axe_faults(page) == [], state
        assert pixels_too_wide(page) == 0, state
        if folder := os.environ.get("MPOX_PICTURES"):
            name = f"feed-{state}-{language}-{width}.png"
            page.screenshot(path=f"{folder}/{name}", full_page=True)
