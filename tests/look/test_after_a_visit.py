"""What the links in messages after a visit lead to: axe finds nothing, on a phone and a desk."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from appointments.services.links import appointment_url
from appointments.services.no_shows import note_no_shows
from tests.appointments.views.line import Booker
from tests.browser import axe_faults, pixels_too_wide
from tests.factories import DAY, OPENING, at, make_booking, make_day, make_session, oslo
from tests.factories.visits import make_vaccinated
from tests.look.conftest import OpenHtml

NEXT_MORNING = oslo(DAY + timedelta(days=1), "10.00")
PAGES = ("missed", "new_time", "given")


@pytest.fixture
def html_of(db: None, valkey: None) -> Callable[[str, str], str]:
    """What a page says the morning after, in a language."""
    day = make_day()
    booked = make_booking(session=day.session, clock="17.00")
    [missed] = note_no_shows(
        session_id=day.session.pk, appointment_ids=[booked.pk], by=day.by, now=at("19.50")
    )
    given = make_vaccinated(day)
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7), hours=2)

    def _html(page: str, language: str) -> str:
        visit = missed if page in {"missed", "new_time"} else given
        with time_machine.travel(NEXT_MORNING, tick=False):
            reader = Booker()
            reader.client.cookies["django_language"] = language
            url = appointment_url(visit, now=NEXT_MORNING, lasts=timedelta(days=14))
            reader.get("/l/" + url.partition("/l/")[2])
            if page == "new_time":
                reader.get(f"/min-time/{visit.pk}/ny-tid/")
        return str(reader.html)

    return _html


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_accessible_and_no_wider_than_its_screen(
    html_of: Callable[[str, str], str], open_html: OpenHtml, page: str, width: int
) -> None:
    shown = open_html(html_of(page, "nb"), width=width)
    assert axe_faults(shown) == []
    assert pixels_too_wide(shown) <= 0
    if folder := os.environ.get("LOOK_PICTURES"):
        shown.screenshot(path=f"{folder}-{page}-{width}.png", full_page=True)


@pytest.mark.parametrize("language", ["nn", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_whole_in_the_other_languages(
    html_of: Callable[[str, str], str], page: str, language: str
) -> None:
    html = html_of(page, language)
    assert f'<html lang="{language}">' in html
    for bokmaal in (
        "Velg ny tid",
        "Det går fint å komme",
        "Etter timen",
        "Når kan du komme",
        "traff deg",
    ):
        assert bokmaal not in html or (language, bokmaal) == ("nn", "Etter timen")
