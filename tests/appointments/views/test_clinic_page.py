"""A clinic's own page: where, when, how to reach it; nothing that tells what it is for."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.browser import DESKTOP, PHONE
from tests.factories import BEFORE, OPENING, make_clinic, make_session

PLACE = "/sted/nydalen/"
TELLING = re.compile(r"pox|kopp|vaksin|vaccin", re.IGNORECASE)


@pytest.fixture
def clinic(db):
    return make_clinic(
        phone_hours="Hverdager kl. 9–15.",
        directions="Gå inn fra elva.",
        fee="Oppmøtet koster 300 kroner.",
    )


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_it_says_where_how_to_call_what_to_bring_and_why_coming_matters(client, clinic, moment):
    page = client.get(PLACE)

    words = words_of(page)
    for each in (
        "Nydalen legesenter",
        "Nydalsveien 1 0484 Oslo",
        "Gå inn fra elva.",
        "Hverdager kl. 9–15.",
        "Oppmøtet koster 300 kroner.",
        "Ta med gyldig legitimasjon.",
        "Det betyr mye at du kommer",
    ):
        assert each in words
    assert 'href="tel:+4722000000"' in page.content.decode()


def test_the_next_four_open_days_are_its_opening_hours(client, clinic, moment):
    for week in range(5):
        make_session(clinic=clinic, starts_at=OPENING + timedelta(weeks=week), now=BEFORE)
    make_session(clinic=clinic, starts_at=OPENING + timedelta(days=1), opened=False, now=BEFORE)
    elsewhere = make_clinic(slug="elsewhere", name="Et annet sted")
    make_session(clinic=elsewhere, starts_at=OPENING + timedelta(days=2), now=BEFORE)

    words = words_of(client.get(PLACE))

    assert re.findall(r"\w+ \d+\. \w+ kl\. 16\.00–20\.00", words) == [
        "torsdag 26. november kl. 16.00–20.00",
        "torsdag 3. desember kl. 16.00–20.00",
        "torsdag 10. desember kl. 16.00–20.00",
        "torsdag 17. desember kl. 16.00–20.00",
    ]


def test_a_day_under_way_counts_until_it_ends(client, clinic, moment):
    session = make_session(clinic=clinic, now=BEFORE)
    moment.move_to(session.ends_at - timedelta(minutes=1))
    assert "torsdag 26. november" in words_of(client.get(PLACE))
    moment.move_to(session.ends_at)
    assert "Ingen dager er åpnet ennå" in words_of(client.get(PLACE))


def test_a_clinic_with_nothing_open_says_what_to_do(client, clinic, moment):
    assert "Ingen dager er åpnet ennå" in words_of(client.get(PLACE))
    assert "Se innom igjen om noen dager, eller ring oss." in words_of(client.get(PLACE))


def test_the_map_is_a_link_that_tells_nothing_of_where_it_was_pressed(client, clinic, moment):
    page = client.get(PLACE)

    [link] = re.findall(r'<a [^>]*href="https?:[^>]*>', page.content.decode())
    assert "https://www.openstreetmap.org/search?query=Nydalsveien+1%2C+0484+Oslo" in link
    assert 'rel="noreferrer noopener external"' in link
    assert page["Referrer-Policy"] == "same-origin"
    assert "<iframe" not in page.content.decode()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_title_and_address_name_no_disease(client, clinic, moment, language):
    client.cookies["django_language"] = language
    html = client.get(PLACE).content.decode()

    assert not TELLING.search(re.search(r"<title>.*?</title>", html, re.DOTALL)[0])
    assert not TELLING.search(PLACE)
    assert 'content="noindex"' in html


def test_it_takes_two_queries_and_an_unknown_place_is_not_found(
    client: Client, clinic, moment, django_assert_num_queries: DjangoAssertNumQueries
):
    make_session(clinic=clinic, now=BEFORE)
    with django_assert_num_queries(2):
        client.get(PLACE)
    assert client.get("/sted/ingen/").status_code == 404


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [(320, 700), PHONE, DESKTOP], ids=["320", "390", "1280"])
def test_from_the_front_page_to_the_place_in_three_languages(new_visitor, size):
    make_session(clinic=make_clinic(directions="Gå inn fra elva.", phone_hours="Kl. 9–15."))
    alice = new_visitor(size)
    for switch in (None, "Nynorsk", "English"):
        alice.open("/")
        if switch:
            alice.press(switch)
        alice.press("Nydalen legesenter")
        alice.reads("Nydalsveien 1")


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_on_paper_the_place_keeps_its_words_and_loses_its_buttons(new_visitor):
    make_session(clinic=make_clinic())
    alice = new_visitor()
    alice.open(PLACE)
    alice.page.emulate_media(media="print")
    assert alice.page.get_by_text("Nydalsveien 1").is_visible()
    assert not alice.page.get_by_role("link", name="Sjekk og bestill").is_visible()
