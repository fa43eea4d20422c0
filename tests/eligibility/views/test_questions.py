"""Question by question in a browser, out of order, twice, and after a pause."""

import pytest
import time_machine

from patients.permissions import BROWSER_COOKIE
from patients.services import drafts
from tests.eligibility.visit import ALICE, RESULT, Visit
from tests.factories import BEFORE, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("valkey", "_a_week_before"),
]

GONE = "Svarene dine er slettet etter en pause. Begynn på nytt her."


@pytest.fixture
def _a_week_before():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def alice():
    make_clinic()
    return Visit().begin()


def lose_draft(visit):
    """As when half an hour has gone."""
    drafts.forget(visit.client.cookies[BROWSER_COOKIE].value)


def test_the_front_page_begins_with_the_first_question(alice):
    assert alice.path == "/sjekk/fodselsdato/"
    alice.shows("Spørsmål 1", "Når er du født?")


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_address_that_begins_leads_home_when_it_is_opened_and_forgets_nothing(alice, method):
    alice.answer("fodselsdato", "14.03.1991")
    response = getattr(alice.client, method)("/sjekk/")
    assert response["Location"] == "/"
    assert alice.get("/sjekk/symptomer/").status_code == 200
    assert alice.path == "/sjekk/symptomer/"


def test_alice_is_asked_each_question_once_and_her_number_counts_up(alice):
    asked = alice.answer_all(until="/sjekk/hud/")
    assert asked[0] == "fodselsdato"
    assert len(asked) == len(set(asked))
    alice.shows(f"Spørsmål {len(asked) + 1}")


def test_an_empty_answer_stays_on_the_question_and_says_what_is_missing(alice):
    response = alice.answer("fodselsdato", "")
    assert response.status_code == 200
    assert alice.path == "/sjekk/fodselsdato/"
    alice.shows("Rett dette før du går videre:", "Skriv fødselsdatoen din")
    assert alice.title == "Feil: Spørsmål 1 – Timebestilling"


def test_a_wrong_answer_stays_in_the_field(alice):
    alice.answer("fodselsdato", "31.02.1991")
    assert 'value="31.02.1991"' in alice.html


@pytest.mark.parametrize("given", ["<script>alert(1)</script>", "🎉" * 500, "\u202e1991", "%s"])
def test_nasty_text_is_refused_in_words_and_comes_back_escaped(alice, given):
    response = alice.answer("fodselsdato", given)
    assert response.status_code == 200
    alice.shows("Skriv en dato som finnes")
    assert "<script>" not in alice.html


def test_a_question_that_is_not_reached_yet_leads_to_the_next_one(alice):
    alice.answer("fodselsdato", "14.03.1991")
    alice.get("/sjekk/partnere/")
    assert alice.path == "/sjekk/symptomer/"
    assert GONE not in alice.words


def test_an_answer_to_a_question_that_is_not_reached_yet_is_not_kept(alice):
    alice.answer("partnere", "yes")
    assert alice.path == "/sjekk/fodselsdato/"
    assert "partnere" in alice.answer_all()


def test_an_unknown_question_is_not_found(alice):
    assert alice.get("/sjekk/finnes-ikke/").status_code == 404
    assert alice.client.post("/sjekk/finnes-ikke/", {"answer": "yes"}).status_code == 404


def test_an_answer_sent_twice_counts_once(alice):
    alice.answer("fodselsdato", "14.03.1991")
    alice.answer("fodselsdato", "14.03.1991")
    assert alice.path == "/sjekk/symptomer/"
    alice.answer_all()
    alice.answer("hud", "none")
    assert alice.path == RESULT


def test_back_leads_to_the_question_before_with_its_answer(alice):
    alice.answer("fodselsdato", "14.03.1991")
    assert '<a class="ds-link back-link" href="/sjekk/fodselsdato/">' in alice.html
    alice.get("/sjekk/fodselsdato/")
    assert 'value="14.03.1991"' in alice.html
    assert '<a class="ds-link back-link" href="/">' in alice.html


def test_a_changed_answer_drops_the_questions_that_followed_from_it(alice):
    asked = alice.answer_all(kjonn="man")
    assert "partnere" in asked
    alice.answer("kjonn", "woman")
    assert alice.path == RESULT
    alice.shows("Du er ikke i gruppen som får tilbud nå")
    alice.get("/sjekk/partnere/")
    assert alice.path == RESULT


def test_an_answer_changed_back_brings_the_later_answers_back(alice):
    alice.answer_all()
    alice.answer("symptomer", "yes")
    alice.shows("Snakk med en lege om symptomene")
    alice.answer("symptomer", "no")
    assert alice.path == RESULT
    alice.shows("Du får tilbud om vaksine")


def test_a_changed_answer_asks_what_now_matters(alice):
    alice.answer_all(symptomer="yes")
    alice.answer("symptomer", "no")
    assert alice.path == "/sjekk/smitte/"


def test_after_a_pause_an_answer_leads_to_the_beginning_with_friendly_words(alice):
    alice.answer_all(until="/sjekk/kjonn/")
    lose_draft(alice)
    alice.answer("kjonn", "man")
    assert alice.path == "/sjekk/fodselsdato/"
    alice.shows(GONE)


def test_after_a_pause_the_result_leads_home_with_friendly_words(alice):
    alice.answer_all()
    lose_draft(alice)
    alice.get(RESULT)
    assert alice.path == "/"
    alice.shows(GONE)


def test_a_browser_with_a_made_up_key_is_given_one_of_ours(alice):
    bob = Visit()
    bob.client.cookies[BROWSER_COOKIE] = "<script>"
    bob.begin()
    bob.answer("fodselsdato", "14.03.1991")
    assert bob.path == "/sjekk/symptomer/"
    assert len(bob.client.cookies[BROWSER_COOKIE].value) == 43


def test_two_browsers_do_not_see_each_others_answers(alice):
    alice.answer("fodselsdato", "14.03.1991")
    bob = Visit()
    bob.get("/sjekk/fodselsdato/")
    assert "14.03.1991" not in bob.html.replace("for eksempel 14.03.1991", "")


def test_who_begins_anew_finds_an_empty_question(alice):
    alice.answer("fodselsdato", "15.04.1992")
    alice.begin()
    assert alice.path == "/sjekk/fodselsdato/"
    assert "15.04.1992" not in alice.html


def test_the_front_page_offers_to_go_on_where_one_was(alice):
    alice.answer("fodselsdato", "14.03.1991")
    alice.get("/")
    assert 'href="/sjekk/symptomer/">Fortsett der du var' in alice.html
    alice.shows("Begynn på nytt")
    alice.answer_all(until="/sjekk/hud/")
    alice.answer("hud", "none")
    alice.get("/")
    assert f'href="{RESULT}">Fortsett der du var' in alice.html
    lose_draft(alice)
    alice.get("/")
    alice.shows("Sjekk om du får tilbud")
    assert "Fortsett der du var" not in alice.words


def test_who_would_rather_talk_finds_numbers_and_the_way_back_to_the_question(alice):
    alice.answer("fodselsdato", "14.03.1991")
    assert 'href="/sjekk/snakk-med-oss/"' in alice.html
    alice.get("/sjekk/snakk-med-oss/")
    alice.shows("Nydalen legesenter", "+4722000000")
    assert '<a class="ds-link back-link" href="/sjekk/symptomer/">' in alice.html


def test_a_reader_who_has_answered_nothing_goes_home_from_the_numbers():
    bob = Visit()
    bob.get("/sjekk/snakk-med-oss/")
    assert '<a class="ds-link back-link" href="/">' in bob.html
    bob.shows("Ring fastlegen din, eller legevakten på 116 117.")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_from_the_first_question_on_no_title_or_address_says_what_it_is_about(alice, language):
    alice.client.cookies["django_language"] = language
    alice.begin()
    seen = []
    while alice.path != RESULT:
        step = alice.path.split("/")[2]
        seen += [alice.title, alice.path]
        alice.answer(step, "")
        seen.append(alice.title)
        alice.answer(step, ALICE[step])
    seen += [alice.title, alice.path]
    alice.get("/sjekk/snakk-med-oss/")
    seen += [alice.title, alice.path]
    told = " ".join(seen).lower()
    for word in ("mpox", "apekopp", "vaksin", "vaccin", "hiv", "prep", "sex", "gruppe", "group"):
        assert word not in told


def test_nothing_that_was_answered_is_kept_by_browser_or_proxy(alice):
    response = alice.get("/sjekk/fodselsdato/")
    assert "no-store" in response["Cache-Control"]
    alice.answer_all()
    assert "no-store" in alice.page["Cache-Control"]


def test_an_answer_costs_no_query_beyond_none(alice, django_assert_num_queries):
    with django_assert_num_queries(0):
        alice.answer("fodselsdato", "14.03.1991")
        alice.get("/sjekk/symptomer/")
