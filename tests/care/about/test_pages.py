"""The privacy page and the accessibility statement: true, discreet, linked, read by everybody."""

import os
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from care.retention.kinds import Who
from care.retention.schedule import SCHEDULE
from care.retention.words import time_in_words
from tests.browser import axe_faults, pixels_too_wide
from tests.factories import make_clinic, make_staff
from tests.look.conftest import OpenHtml, open_html  # noqa: F401

PAGES = {
    "/personvern/": {"nb": "Personvern", "nn": "Personvern", "en": "Privacy"},
    "/tilgjengelighet/": {"nb": "Tilgjengelighet", "nn": "Tilgjenge", "en": "Accessibility"},
}
# Nothing on them says what the service is about.
TELLING = re.compile(
    r"mpox|apekopper|monkeypox|vaksine(?!sjonsregister)|hiv|prep|seksu|sexual", re.IGNORECASE
)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.django_db
def test_the_pages_tell_what_the_schedule_says_and_nothing_of_what_it_is_for(client, settings):
    settings.CONTROLLER, settings.PRIVACY_CONTACT = "Nydalen kommune", "personvern@example.invalid"
    make_clinic(email="post@example.invalid")
    make_clinic(slug="other", name="Other", discreet_name="Storgata legesenter")
    for path, titles in PAGES.items():
        for language, title in titles.items():
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            with CaptureQueriesContext(connection) as asked:
                html = client.get(path).content.decode()
            assert len(asked) == 1, "the clinics, however many"
            assert f"<title>{title} – " in html
            text = words_of(html)
            assert "Nydalen legesenter" in text
            assert "Storgata legesenter" in text
            assert not TELLING.search(text), (language, TELLING.search(text))
            if path == "/personvern/":
                assert "Nydalen kommune" in text
                assert "personvern@example.invalid" in text
                assert text.count("ID-porten") >= 2, "it learns who logs in with it"
                with translation.override(language):
                    for kind in SCHEDULE:
                        told = time_in_words(kind) in text and str(kind.what) in text
                        assert told or kind.who is Who.STAFF, kind.code
    assert client.post("/personvern/").status_code == 405


@pytest.mark.django_db
def test_every_page_leads_to_them():
    visitor, nurse = Client(), Client()
    nurse.force_login(make_staff())
    for client, path in (
        (visitor, "/"),
        (visitor, "/slik-avgjor-vi/"),
        (visitor, "/there-is-no-such-page/"),
        (visitor, "/ansatt/konto/login/"),
        (nurse, "/ansatt/"),
    ):
        html = client.get(path, follow=True).content.decode()
        for address in PAGES:
            assert f'href="{address}"' in html, path


@pytest.mark.parametrize("width", [1280, 390])
def test_they_are_read_at_every_width(db, client, open_html: OpenHtml, width):  # noqa: F811
    make_clinic(email="post@example.invalid")
    for path, titles in PAGES.items():
        for language in titles:
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            page = open_html(client.get(path).content.decode(), width=width)
            assert axe_faults(page) == [], (path, language)
            assert pixels_too_wide(page) == 0, (path, language)
            if folder := os.environ.get("MPOX_PICTURES"):
                name = f"{path.strip('/')}-{language}-{width}.png"
                page.screenshot(path=f"{folder}/{name}", full_page=True)
            page.close()
