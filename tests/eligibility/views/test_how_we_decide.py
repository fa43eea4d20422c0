"""«How we decide»: every rule of the set in force, its words, its source, and what is ours."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from eligibility.domain.rules import RuleSet
from eligibility.rule_words import words_of
from eligibility.services.rule_sets import put_in_force
from tests.browser import DESKTOP, PHONE
from tests.eligibility.domain.test_origins import READINGS
from tests.eligibility.domain.test_rule_ids import IDS
from tests.eligibility.invented import FIRST
from tests.eligibility.visit import Visit
from tests.factories import BEFORE, DAY, actor_of, make_staff

PAGE = "/slik-avgjor-vi/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    visit = Visit()
    with time_machine.travel(BEFORE, tick=False):
        visit.get(PAGE)
    return visit


def rule(html: str, rule_id: str) -> str:
    """Return the part of the page about one rule."""
    return re.search(rf'<article class="rule" id="{rule_id}".*?</article>', html, re.DOTALL)[0]


@pytest.mark.parametrize("rule_id", [*IDS, *READINGS, "COMPLETE"])
def test_the_rule_is_there_with_its_words(page, rule_id):
    words = words_of(rule_id)
    page.shows(str(words.title), str(words.text), f"Regel {rule_id}")


def test_each_rule_shows_the_words_of_the_article_that_it_rests_on(page):
    page.shows("Hvem skal IKKE vaksineres mot mpox?", "Personer med symptomer på mpox skal ikke")
    for origin in FIRST.origins:
        assert ("<blockquote" in rule(page.html, origin.rule_id)) is not origin.is_reading


def test_our_readings_are_marked_as_ours(page):
    ours = {each for each in IDS if "Vår tolkning" in rule(page.html, each)}

    assert ours == {"R3", "R4", "R6", "R9", "R11", "R12", "R31", "R38"}
    for each in [*READINGS, "COMPLETE"]:
        assert "Vår tolkning" in rule(page.html, each)


def test_the_version_its_day_and_its_source_are_named(page):
    page.shows(
        "Regelsett fhi-2023-05-23",
        "I kraft fra 23. mai 2023",
        "Kilde FHI, Informasjon om vaksine mot mpox (apekopper), 23.05.2023",
    )
    assert page.title == "Slik avgjør vi – Timebestilling"


def test_the_contents_lead_to_each_chapter(page):
    contents = re.search(r"<nav class=\"contents\".*?</nav>", page.html, re.DOTALL)[0]
    leads_to = re.findall(r'href="#(\w+)"', contents)

    assert leads_to == ["offer", "exposure", "doses", "stops", "visit", "afterwards", "readings"]
    assert all(f'id="{place}"' in page.html for place in leads_to)


def test_another_rule_set_is_explained_from_its_day_on(invented: RuleSet):
    by = actor_of(make_staff(name="Nora"))
    put_in_force(rule_set=invented.name, from_date=DAY, by=by, now=BEFORE)
    page = Visit()

    with time_machine.travel(BEFORE, tick=False):
        page.get(PAGE)
    assert "R51" not in page.html
    with time_machine.travel(BEFORE + (DAY - BEFORE.date()), tick=False):
        page.get(PAGE)

    page.shows(f"Regelsett {invented.name}", "I kraft fra 26. november 2026", "En lege ser alle")
    assert invented.valid_from < date(2026, 11, 26) - timedelta(days=1)


def test_the_page_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        Client().get(PAGE)


@pytest.mark.parametrize("path", ["/", "/sjekk/fodselsdato/", "/time/"])
def test_the_public_pages_lead_to_it(path, valkey):
    visit = Visit().begin()
    visit.get(path)

    assert f'href="{PAGE}"' in visit.html


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nn", ["Slik avgjer vi", "Vår tolking", "Feber over 38 grader"]),
        ("en", ["How we decide", "Our reading", "Fever above 38 degrees"]),
    ],
)
def test_it_is_whole_in_each_language(language, words):
    visit = Visit()
    visit.post("/sprak/", {"language": language, "next": PAGE})
    visit.get(PAGE)

    visit.shows(*words)


@pytest.mark.django_db(transaction=True)
@pytest.mark.journey
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_it_reads_well_in_a_browser(new_visitor, width):
    reader = new_visitor(width)
    reader.open("/")
    reader.press("Les hver regel")
    reader.page.get_by_role("link", name="Etter vaksinen").click()

    assert reader.page.url.endswith("#afterwards")
    reader.look()
    reader.page.emulate_media(media="print")
    assert not reader.page.get_by_role("link", name="Til innholdet").first.is_visible()
