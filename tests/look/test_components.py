"""The small parts, as a screen reader and a browser meet them."""

from typing import Any

from django.utils import translation

from tests.look.conftest import OpenHtml, Render


def included(name: str, arguments: str = "") -> str:
    """Return template source with one component."""
    extra = f" with {arguments}" if arguments else ""
    return f'{{% include "components/{name}.html"{extra} %}}'


def test_dots_say_in_words_how_many_seats_are_taken(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(included("dots", "filled=3 total=5")))
    dots = page.get_by_role("img", name="3 av 5 plasser er tatt")

    assert dots.locator(".dots__seat").count() == 5
    assert dots.locator(".dots__seat--filled").count() == 3


def test_dots_take_other_words(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(included("dots", "filled=3 total=5 label='2 doser igjen'")))

    assert page.get_by_role("img", name="2 doser igjen").count() == 1


def test_steps_say_where_the_reader_is(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(included("steps", "step=2 total=6")))

    assert page.locator("body").inner_text().strip() == "Steg 2 av 6"
    assert page.locator(".steps__step").count() == 6
    assert page.locator(".steps__step--done").count() == 2


def test_each_line_of_a_summary_has_a_change_link_of_its_own(
    render: Render, open_html: OpenHtml
) -> None:
    rows = [
        {"label": "Navn", "value": "Emil Foss", "url": "/navn/"},
        {"label": "Telefon", "value": "912 34 567"},
    ]

    page = open_html(render(included("summary_list"), rows=rows))

    assert page.get_by_role("link").all_inner_texts() == ["Endre Navn"]
    assert page.get_by_role("link", name="Endre Navn").get_attribute("href") == "/navn/"
    assert page.get_by_role("definition").all_inner_texts()[-1] == "912 34 567"


def test_a_button_form_posts_with_a_token(render: Render, open_html: OpenHtml) -> None:
    arguments = "url='/mott/6/' text='Møtt' about='Emil Foss' name='sett' value='ja'"
    page = open_html(render(included("button_form", arguments)))
    sent: list[Any] = []
    page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 - marked by Playwright

    page.get_by_role("button", name="Møtt Emil Foss").click()
    page.wait_for_load_state()

    assert sent[0].method == "POST"
    assert sent[0].url.endswith("/mott/6/")
    assert "csrfmiddlewaretoken=" in sent[0].post_data
    assert "sett=ja" in sent[0].post_data


def test_an_alert_has_heading_words_and_colour(render: Render, open_html: OpenHtml) -> None:
    arguments = "color='warning' heading='Vent litt' text='Timen er ikke bekreftet.'"
    page = open_html(render(included("alert", arguments)))

    assert page.get_by_role("heading", level=2, name="Vent litt").count() == 1
    assert page.locator(".ds-alert[data-color=warning]").inner_text().endswith("bekreftet.")


def test_an_empty_page_says_what_to_do(render: Render, open_html: OpenHtml) -> None:
    arguments = "heading='Ingen tider' text='Se en annen uke.' url='/uke/' action='Neste uke'"
    page = open_html(render(included("empty_state", arguments)))

    assert page.get_by_role("link", name="Neste uke").get_attribute("href") == "/uke/"


def test_the_language_switch_offers_the_other_languages_in_their_own_names(
    render: Render, open_html: OpenHtml
) -> None:
    with translation.override("nn"):
        page = open_html(render(included("language_switch", "offered='nb nn en'")))
    buttons = page.get_by_role("button").all()

    assert [(button.inner_text(), button.get_attribute("lang")) for button in buttons] == [
        ("Bokmål", "nb"),
        ("English", "en"),
    ]
    assert page.locator("input[name=next]").input_value() == "/side/?uke=48"


def test_staff_are_offered_no_nynorsk(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(included("language_switch", "offered='nb en'")))

    assert page.get_by_role("button").all_inner_texts() == ["English"]
