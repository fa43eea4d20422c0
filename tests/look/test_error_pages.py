"""Error pages: in the design, in plain words, with a way on."""

import pytest
from django.template.loader import get_template

from tests.browser import axe_faults
from tests.factories import at
from tests.look.conftest import OpenHtml, Render

WITH_REQUEST = {
    "400": "Vi forstod ikke det nettleseren sendte",
    "403": "Du har ikke tilgang til denne siden",
    "403_csrf": "Siden var åpen for lenge",
    "404": "Vi finner ikke siden",
    "405": "Denne siden åpnes med en knapp",
    "410": "Lenken virker ikke lenger",
    "413": "Det du sendte, er for langt",
    "429": "Du har prøvd for mange ganger",
}


@pytest.mark.parametrize(("code", "heading"), WITH_REQUEST.items())
def test_an_error_page_says_what_happened_and_leads_on(
    render: Render, open_html: OpenHtml, code: str, heading: str
) -> None:
    page = open_html(render(f'{{% extends "{code}.html" %}}', retry_at=at("17.42")))

    assert page.get_by_role("heading", level=1).inner_text() == heading
    assert page.title() == f"{heading} – Timebestilling"
    assert page.get_by_role("link", name="Til forsiden").get_attribute("href") == "/"
    assert axe_faults(page) == []


def test_the_page_for_our_own_faults_needs_no_context(open_html: OpenHtml) -> None:
    page = open_html(get_template("500.html").render())

    assert page.get_by_role("heading", level=1).inner_text() == "Noe gikk galt hos oss"
    assert page.get_by_role("link", name="Til forsiden").get_attribute("href") == "/"
    assert axe_faults(page) == []
