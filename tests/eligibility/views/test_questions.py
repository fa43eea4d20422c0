"""Question by question in a browser, out of order, twice, and after a pause."""

import pytest
import time_machine

from patients.permissions import BROWSER_COOKIE
from patients.services import drafts
from tests.eligibility.visit import ALICE, GUARDIAN, RESULT, TALK, Visit
from tests.factories import BEFORE, make_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("valkey", "_a_week_before"),
]

GONE = "Svarene dine er slettet etter en pause. Begynn på nytt her."
ELSEWHERE = "Det spørsmålet passer ikke med det du har svart. Her fortsetter du der du var."
SENSITIVE = ["kjonn", "partnere", "forebygging", "oppfolging", "betaling", "vaner", "prover"]


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
    alice.shows("Spørsmål 1 av høyst 20", "Når er du født?")


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
    alice.shows(ELSEWHERE)


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


def test_the_number_of_questions_is_honest_and_the_last_one_is_called_so(alice):
    alice.answer("fodselsdato", "14.03.1991")
    alice.answer("symptomer", "no")
    alice.answer("smitte", "yes")
    alice.shows("Spørsmål 4 av høyst 15")
    alice.begin()
    alice.answer_all(until="/sjekk/hud/")
    alice.shows("Spørsmål 18, det siste")


@pytest.mark.parametrize("step", SENSITIVE)
def test_who_would_rather_not_answer_meets_a_person_and_can_send_the_case(alice, step):
    alice.answer_all(until=f"/sjekk/{step}/")
    alice.shows("Vi spør fordi", "Så blir det slettet.", "Jeg vil ikke svare")
    alice.answer(step, "declined")
    assert alice.path == TALK
    alice.shows("Det er helt greit ikke å svare.", "Nydalen legesenter", "+4722000000")
    assert 'href="/vurdering/">Send til en lege' in alice.html
    assert f'href="/sjekk/{step}/">Jeg vil svare likevel' in alice.html


def test_who_has_declined_is_led_to_people_from_everywhere_and_nothing_is_lost(alice):
    alice.answer_all(until="/sjekk/forebygging/")
    alice.answer("forebygging", "declined")
    for path in (RESULT, "/sjekk/vaner/"):
        alice.get(path)
        assert alice.path == TALK
    alice.get("/")
    assert f'href="{TALK}">Fortsett der du var' in alice.html
    alice.get("/sjekk/forebygging/")
    assert 'value="declined"' in alice.html
    alice.answer("forebygging", "no")
    assert alice.path == "/sjekk/oppfolging/"


def test_who_has_declined_cannot_book(alice):
    alice.answer_all(kjonn="declined")
    alice.get("/time/nydalen/")
    assert alice.path == TALK


def test_who_has_declined_can_send_the_case(alice):
    alice.answer_all(kjonn="declined")
    assert alice.get("/vurdering/").status_code == 200
    assert alice.path.startswith("/vurdering/")


def test_a_child_is_asked_nothing_more_and_a_guardian_calls(alice):
    alice.answer("fodselsdato", "20.11.2010")
    assert alice.path == GUARDIAN
    alice.shows("trenger du en foresatt med deg", "+4722000000")
    for path in ("/sjekk/symptomer/", "/sjekk/partnere/", RESULT):
        alice.get(path)
        assert alice.path == GUARDIAN
    alice.answer("fodselsdato", "19.11.2010")
    assert alice.path == "/sjekk/symptomer/"


def test_a_date_of_birth_changed_to_a_childs_hides_the_result(alice):
    alice.answer_all()
    alice.answer("fodselsdato", "20.11.2010")
    alice.get(RESULT)
    assert alice.path == GUARDIAN
    alice.get("/time/nydalen/")
    assert alice.path == GUARDIAN


def test_contradictory_answers_are_all_right(alice):
    """Trans people exist: a man may be pregnant, and a woman live with hiv."""
    alice.answer_all(kjonn="man", graviditet=["pregnant", "breastfeeding"])
    assert alice.path == RESULT
    alice.shows("Du er gravid. Da er det en lege som vurderer saken sammen med deg.")


def test_in_a_second_tab_an_answer_that_no_longer_fits_is_explained_and_the_rest_stays(alice):
    alice.answer_all(until="/sjekk/forebygging/")
    alice.answer("kjonn", "woman")  # in the other tab
    alice.answer("forebygging", "yes")
    assert alice.path == RESULT
    alice.shows(ELSEWHERE, "Du er ikke i gruppen som får tilbud nå")
    alice.answer("kjonn", "man")
    assert alice.path == "/sjekk/forebygging/"


def test_two_tabs_on_the_same_question_keep_the_later_answer(alice):
    alice.answer_all(until="/sjekk/kjonn/")
    alice.answer("kjonn", "man")
    alice.answer("kjonn", "woman")
    assert alice.path == RESULT


@pytest.mark.parametrize(
    ("language", "gone", "elsewhere"),
    [
        ("nb", GONE, ELSEWHERE),
        (
            "nn",
            "Svara dine er sletta etter ein pause. Byrj på nytt her.",
            "Det spørsmålet passar ikkje med det du har svart. Her held du fram der du var.",
        ),
        (
            "en",
            "Your answers were deleted after a pause. Start again here.",
            "That question does not fit what you have answered. You go on here, where you were.",
        ),
    ],
)
def test_pauses_and_steps_out_of_order_are_explained_in_the_readers_language(
    alice, language, gone, elsewhere
):
    alice.client.cookies["django_language"] = language
    alice.answer("fodselsdato", "14.03.1991")
    alice.answer("vaner", "chemsex")
    assert alice.path == "/sjekk/symptomer/"
    alice.shows(elsewhere)
    lose_draft(alice)
    alice.answer("symptomer", "no")
    assert alice.path == "/sjekk/fodselsdato/"
    alice.shows(gone)


def test_answers_can_be_deleted_at_once(alice):
    alice.answer_all()
    alice.shows("Slett svarene mine")
    alice.post("/sjekk/slett/")
    assert alice.path == "/"
    alice.shows("Svarene dine er slettet.")
    assert "Fortsett der du var" not in alice.words


def test_opening_the_address_that_deletes_deletes_nothing(alice):
    alice.answer_all()
    alice.get("/sjekk/slett/")
    assert alice.path == "/"
    alice.shows("Fortsett der du var")
