"""Error pages: in the design, in plain words, with a way on."""

import pytest
from django.template.loader import get_template
from django.test import RequestFactory

from clinics.outage import again_url
from mpoxclinic.error_pages import server_error
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


def test_who_tried_too_often_sends_what_was_written_again_below_the_reason(
    render: Render, open_html: OpenHtml
) -> None:
    context = {"retry_at": at("17.42"), "again_url": "/time/nydalen/", "kept": [("name", "Alice")]}
    page = open_html(render('{% extends "429.html" %}', **context))

    told = page.locator("main").inner_text()
    order = ["Du har prøvd for mange ganger", "etter kl. 17.42", "er ikke borte", "Send på nytt"]
    assert sorted(map(told.index, order)) == [told.index(part) for part in order]
    first = page.locator("main .ds-button:not([data-variant])")
    assert first.all_inner_texts() == ["Send på nytt"]  # opened anew, what was written is gone
    assert page.locator("input[name=name]").input_value() == "Alice"
    assert axe_faults(page) == []


def test_what_was_too_long_is_written_again_on_the_page_it_came_from(
    render: Render, open_html: OpenHtml
) -> None:
    page = open_html(render('{% extends "413.html" %}', again_url="/time/nydalen/"))

    again = page.get_by_role("link", name="Åpne siden på nytt")
    assert again.get_attribute("href") == "/time/nydalen/"
    assert "Åpne siden på nytt, skriv kortere" in page.locator("main").inner_text()
    assert axe_faults(page) == []


@pytest.mark.parametrize(
    ("at_work", "told", "not_told"),
    [
        (False, "Har du time, gjelder den fortsatt", "rollen"),
        (True, "rollen din er endret", "time"),
    ],
)
def test_who_may_not_open_a_page_reads_what_is_meant_for_them(
    render: Render, at_work: bool, told: str, not_told: str
) -> None:
    page = render('{% extends "403.html" %}', at_work=at_work)
    main = page.partition("<main")[2].partition("</main>")[0]

    assert told in main
    assert not_told not in main


def test_the_page_for_our_own_faults_needs_no_context(open_html: OpenHtml) -> None:
    page = open_html(get_template("500.html").render())

    assert page.get_by_role("heading", level=1).inner_text() == "Noe gikk galt hos oss"
    assert page.get_by_role("link", name="Til forsiden").get_attribute("href") == "/"
    assert axe_faults(page) == []


def test_after_our_own_fault_the_page_is_opened_anew_and_nothing_sent_twice(
    rf: RequestFactory,
) -> None:
    page = server_error(rf.post("/time/nydalen/?uke=48", {"name": "Alice"})).content.decode()

    assert '<a class="ds-button" href="/time/nydalen/">Åpne siden på nytt</a>' in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_that_is_opened_anew_is_one_of_ours(rf: RequestFactory, method: str) -> None:
    """Somebody may have been sent to ``https://ours//another.example/`` by a link."""
    request = getattr(rf, method)("/")
    request.path = "//another.example/"

    assert again_url(request) == "/%2Fanother.example/"
