"""What every page shares: title, way past the header, messages, the staff's header, paper."""

from dataclasses import dataclass

import pytest
from django.contrib import messages
from django.contrib.messages.storage.base import Message

from tests.browser import axe_faults, pixels_too_wide
from tests.look.conftest import OpenHtml, Render

PATIENT_PAGE = """{% extends "base.html" %}{% block title %}Velg tid{% endblock %}
{% block content %}<h1>Velg tid</h1><button class="ds-button">Velg</button>{% endblock %}"""
STAFF_PAGE = """{% extends "base_staff.html" %}{% block title %}I dag{% endblock %}
{% block clinic_name %}Nydalen{% endblock %}{% block content %}<h1>I dag</h1>{% endblock %}"""


@dataclass(frozen=True)
class Nurse:
    name: str = "Kari Bakken"
    is_authenticated: bool = True

    def __str__(self) -> str:
        return self.name


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("source", [PATIENT_PAGE, STAFF_PAGE])
def test_an_empty_page_is_clean_and_fits(
    render: Render, open_html: OpenHtml, source: str, width: int
) -> None:
    page = open_html(render(source, user=Nurse()), width=width)

    assert axe_faults(page) == []
    assert pixels_too_wide(page) == 0


def test_the_title_names_the_page_and_then_the_service(render: Render, open_html: OpenHtml) -> None:
    assert open_html(render(PATIENT_PAGE)).title() == "Velg tid – Timebestilling"
    assert open_html(render(STAFF_PAGE)).title() == "I dag – Timebestilling for ansatte"


def test_the_page_says_its_language(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PATIENT_PAGE))

    assert page.locator("html").get_attribute("lang") == "nb"


def test_the_first_tab_stop_leads_past_the_header(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PATIENT_PAGE))

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Hopp til innholdet"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_messages_are_read_aloud(render: Render, open_html: OpenHtml) -> None:
    told = [
        Message(messages.SUCCESS, "Timen er flyttet."),
        Message(messages.ERROR, "Tiden er tatt."),
    ]

    page = open_html(render(PATIENT_PAGE, messages=told))

    assert page.get_by_role("status").inner_text() == "Timen er flyttet."
    assert page.get_by_role("alert").inner_text() == "Tiden er tatt."
    assert page.locator(".ds-alert[data-color=danger]").inner_text() == "Tiden er tatt."


def test_staff_see_the_clinic_who_is_logged_in_and_the_way_out(
    render: Render, open_html: OpenHtml
) -> None:
    page = open_html(render(STAFF_PAGE, user=Nurse()))
    banner = page.get_by_role("banner")

    assert banner.get_by_role("link", name="Nydalen").count() == 1
    assert "Kari Bakken" in banner.inner_text()
    assert banner.get_by_role("button", name="Logg ut").count() == 1


def test_nobody_logged_in_sees_no_log_out_button(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(STAFF_PAGE))

    assert page.get_by_role("button", name="Logg ut").count() == 0


def test_htmx_runs_on_staff_pages_without_eval_or_stored_pages(
    render: Render, open_html: OpenHtml
) -> None:
    page = open_html(render(STAFF_PAGE))

    settings = page.evaluate("htmx.config")

    assert settings["allowEval"] is False
    assert settings["includeIndicatorStyles"] is False
    assert settings["historyCacheSize"] == 0


def test_patients_pages_carry_no_script(render: Render, open_html: OpenHtml) -> None:
    assert open_html(render(PATIENT_PAGE)).locator("script").count() == 0


def test_paper_shows_words_and_no_controls(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PATIENT_PAGE))

    page.emulate_media(media="print")

    assert page.get_by_role("heading", name="Velg tid").is_visible()
    assert not page.locator("main button").is_visible()
    assert not page.locator(".languages").is_visible()


def test_the_type_is_inter(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PATIENT_PAGE))

    assert page.evaluate("document.fonts.check('16px \"Inter Variable\"')")
    assert page.evaluate("[...document.fonts].some(font => font.status === 'loaded')")
