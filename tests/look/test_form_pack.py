"""The crispy template pack: every widget, in Chromium, empty, filled in and with errors."""

from datetime import date

import pytest
from django.forms import Form

from tests.browser import axe_faults, pixels_too_wide
from tests.look.conftest import OpenHtml, Render
from tests.look.sample_forms import (
    GIVEN,
    ClinicForm,
    EveryWidgetForm,
    FoldedTimeForm,
    PostcodeForm,
    TimeForm,
)

PAGE = """{% extends "base.html" %}{% load crispy_forms_tags %}
{% block title %}Opplysninger{% endblock %}
{% block content %}
  {% if not form.legend_is_heading %}<h1 class="ds-heading">Opplysninger</h1>{% endif %}
  {% crispy form %}
{% endblock %}"""
FILTERED = PAGE.replace("{% crispy form %}", "<form>{{ form|crispy }}</form>")
WRONG = {"born": "31.31", "email": "x"}
FOCUSED_ID = "document.activeElement.id"


def forms_to_look_at() -> list[Form]:
    return [
        EveryWidgetForm(),
        EveryWidgetForm(GIVEN),
        EveryWidgetForm(WRONG),
        TimeForm({}),
        FoldedTimeForm({"slot": "2"}),
        ClinicForm({"clinic": "n"}),
        PostcodeForm({}),
    ]


@pytest.mark.parametrize("width", [390, 1280])
def test_every_widget_is_clean_in_axe(render: Render, open_html: OpenHtml, width: int) -> None:
    for form in forms_to_look_at():
        assert axe_faults(open_html(render(PAGE, form=form), width=width)) == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_widget_fits_the_window(render: Render, open_html: OpenHtml, width: int) -> None:
    for form in forms_to_look_at():
        assert pixels_too_wide(open_html(render(PAGE, form=form), width=width)) == 0


def test_a_filled_in_form_comes_out_with_what_was_given(
    render: Render, open_html: OpenHtml
) -> None:
    page = open_html(render(PAGE, form=EveryWidgetForm(GIVEN)))

    assert page.get_by_label("Navn").input_value() == "Emil Foss"
    assert page.get_by_label("Fødselsdato").input_value() == "14.03.1991"
    assert page.get_by_label("Klinikk", exact=True).input_value() == "n"
    assert page.get_by_label("Beskjed").input_value() == "Jeg kommer rett fra jobb."
    assert page.get_by_role("radio", name="SMS").is_checked()
    assert page.get_by_role("checkbox", name="Tolk", exact=True).is_checked()
    assert not page.get_by_role("checkbox", name="Plass til rullestol").is_checked()
    assert page.get_by_role("checkbox", name="Jeg har lest dette").is_checked()
    assert page.get_by_role("alert").count() == 0


def test_a_date_is_text_written_the_norwegian_way(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PAGE, form=EveryWidgetForm(initial={"born": date(1991, 3, 14)})))
    born = page.get_by_label("Fødselsdato")

    assert born.input_value() == "14.03.1991"
    assert born.get_attribute("type") == "text"
    assert born.get_attribute("inputmode") == "numeric"


def test_the_error_summary_has_focus_and_each_link_focuses_its_field(
    render: Render, open_html: OpenHtml
) -> None:
    page = open_html(render(PAGE, form=EveryWidgetForm(WRONG)))
    summary = page.get_by_role("alert")
    focused = {}

    assert page.title().startswith("Feil:")
    assert summary.get_by_role("heading").inner_text() == "Rett dette før du går videre:"
    assert summary.evaluate("summary => summary === document.activeElement")
    for link in summary.get_by_role("link").all():
        link.press("Enter")
        focused[link.inner_text()] = page.evaluate(FOCUSED_ID)
    assert focused == {
        "Skriv navn": "id_name",
        "Skriv datoen som 14.03.1991": "id_born",
        "Oppgi en gyldig e-postadresse": "id_email",
        "Skriv telefonnummer": "id_phone",
        "Skriv antall": "id_children",
        "Skriv passord": "id_password",
        "Skriv koden": "id_code",
        "Velg klinikk": "id_clinic",
        "Velg hvordan du vil ha beskjed": "id_contact_0",
        "Kryss av for at du har lest": "id_agreed",
    }


def test_a_link_to_grouped_choices_focuses_the_first_of_them(
    render: Render, open_html: OpenHtml
) -> None:
    page = open_html(render(PAGE, form=TimeForm({})))

    page.get_by_role("alert").get_by_role("link", name="Velg en tid").press("Enter")

    assert page.evaluate(FOCUSED_ID) == "id_slot_0_0"


def test_help_and_error_are_read_with_the_field(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PAGE, form=EveryWidgetForm(WRONG)))
    described_by = """field => field.getAttribute("aria-describedby").split(" ")
        .map(id => document.getElementById(id).innerText.trim())"""
    born = page.get_by_label("Fødselsdato")
    contact = page.get_by_role("group", name="Hvordan vil du ha beskjed?")

    assert born.get_attribute("aria-invalid") == "true"
    assert born.evaluate(described_by) == ["For eksempel 14.03.1991", "Skriv datoen som 14.03.1991"]
    assert contact.evaluate(described_by) == [
        "Vi sender bare tid og sted.",
        "Velg hvordan du vil ha beskjed",
    ]
    assert page.get_by_role("radio", name="SMS").evaluate(described_by) == ["Kommer med en gang"]


def test_help_and_error_stand_above_the_input(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PAGE, form=EveryWidgetForm(WRONG)))
    tops = [
        page.locator(selector).evaluate("element => element.getBoundingClientRect().top")
        for selector in (
            "label[for=id_born]",
            "#id_born_helptext",
            "#id_born_error",
            "#id_born",
        )
    ]

    assert tops == sorted(tops)


def test_only_what_may_be_left_out_is_marked(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PAGE, form=EveryWidgetForm()))
    marked = page.locator("label, legend").filter(has_text="(valgfritt)").all_inner_texts()

    assert marked == [
        "E-post (valgfritt)",
        "Trenger du noe av dette? (valgfritt)",
        "Beskjed til klinikken (valgfritt)",
    ]
    assert "*" not in page.locator("main").inner_text()


def test_the_primary_button_stands_first_and_left(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PAGE, form=EveryWidgetForm()), width=1280)
    main, later = page.locator("main").get_by_role("button").all()

    assert main.inner_text() == "Gå videre"
    assert main.get_attribute("data-variant") is None
    assert later.get_attribute("data-variant") == "secondary"
    left = page.get_by_label("Navn").bounding_box()
    box = main.bounding_box()
    assert left
    assert box
    assert box["x"] == left["x"]


@pytest.mark.parametrize(
    ("form", "question"),
    [(TimeForm(), "Når kan du komme?"), (PostcodeForm(), "Hva er postnummeret ditt?")],
)
def test_one_question_is_the_page_heading(
    render: Render, open_html: OpenHtml, form: Form, question: str
) -> None:
    page = open_html(render(PAGE, form=form))

    assert page.get_by_role("heading", level=1).all_inner_texts() == [question]


def test_times_are_grouped_by_day(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PAGE, form=TimeForm()))
    thursday = page.get_by_role("group", name="Torsdag 26. november")

    assert thursday.get_by_role("radio").count() == 3
    assert page.get_by_role("group", name="Mandag 30. november").get_by_role("radio").count() == 1


def test_a_card_answers_a_tap_anywhere_on_it(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PAGE, form=ClinicForm()))
    card = page.locator(".choice").filter(has_text="Sagene")
    box = card.bounding_box()
    assert box

    page.mouse.click(box["x"] + box["width"] - 6, box["y"] + box["height"] - 6)

    assert page.get_by_role("radio", name="Sagene").is_checked()


def test_radios_and_checkboxes_are_large_enough_to_hit(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PAGE, form=EveryWidgetForm()))
    heights = [
        choice.evaluate("choice => choice.getBoundingClientRect().height")
        for choice in page.locator(".choice").all()
    ]

    assert len(heights) == 5
    assert min(heights) >= 44


def test_folded_times_show_when_asked_for(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PAGE, form=FoldedTimeForm()))
    later = page.get_by_role("radio", name="16.30")

    assert page.get_by_role("radio", name="17.50").is_visible()
    assert not later.is_visible()
    page.get_by_text("Vis alle andre tider").click()
    later.check()
    assert later.is_checked()


def test_a_disabled_field_is_words(render: Render, open_html: OpenHtml) -> None:
    page = open_html(render(PAGE, form=EveryWidgetForm(GIVEN)))

    assert page.locator("dl").all_inner_texts() == ["Referanse\nAB12-CD34", "Sted\nNydalen"]
    assert page.locator("[name=reference], [name=place]").count() == 0


def test_the_filter_gives_the_same_fields_without_a_form_tag(render: Render) -> None:
    html = render(FILTERED, form=EveryWidgetForm(WRONG))

    assert html.count("<form") == 2  # the language switch and the page's own
    assert 'href="#id_contact_0"' in html
    assert 'class="passwordinput ds-input"' in html
