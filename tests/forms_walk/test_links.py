"""Bad addresses: links that are used up, cut off or made by hand, and the switch of language."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.access.objects import make_objects
from tests.access.test_every_page import rows_written
from tests.factories import BEFORE
from tests.forms_walk.html import PageParser

LANGUAGES = ("nb", "nn", "en")
NOBODY = "00000000-0000-0000-0000-000000000000"
BAD_ADDRESSES = [
    "/finnes-ikke/",
    "/l/x/",
    f"/l/{'x' * 3000}/",
    "/l/%00/",
    "/l/%F0%9F%8E%89/",
    "/l/%E2%80%AE/",
    "/l/%3Cscript%3E/",
    "/sjekk/finnes-ikke/",
    "/sted/finnes-ikke/",
    "/sted/%00/",
    "/time/finnes-ikke/",
    "/min-time/1/",
    f"/min-time/{NOBODY}x/",
]
GONE_ON = ["/", "/sjekk/svar/", "/min-time/alle/", f"/min-time/{NOBODY}/", "/bestilling/kode/"]
QUERIES = [
    "uke=%00",
    "uke=2026-99",
    "uke=" + "9" * 5000,
    "next=//evil.example",
    "uke=%FF",
    "uke[]=1",
]


@pytest.fixture
def client(traveller):
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_that_leads_nowhere_has_a_page_with_a_way_on(client, language):
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    before = rows_written()
    for address in BAD_ADDRESSES:
        answer = client.get(address)
        page = PageParser(answer.content.decode())
        assert answer.status_code == 404, address
        assert page.language == language, address
        assert page.heading.strip(), address
        assert 'href="/sjekk/snakk-med-oss/"' in answer.content.decode(), address
    assert rows_written() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_whose_time_is_over_says_so_and_leads_to_a_code(client, traveller, language):
    traveller.move_to(BEFORE)
    objects = make_objects()
    traveller.move_to(objects.booked.slot.starts_at + timedelta(days=40))
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language

    answer = client.get(f"/l/{objects.token}/")

    assert answer.status_code == 410
    assert PageParser(answer.content.decode()).language == language
    assert 'href="/min-time/"' in answer.content.decode()


@pytest.mark.parametrize("query", QUERIES)
def test_a_tampered_query_is_no_fault_of_ours(client, query):
    for address in GONE_ON:
        answer = client.get(f"{address}?{query}", follow=True)
        assert answer.status_code == 200, address
        assert PageParser(answer.content.decode()).heading.strip()


@pytest.mark.parametrize("language", ["", "xx", "nn\x00", "🎉", "e" * 5000, "<script>"])
def test_a_language_we_do_not_have_leaves_the_page_as_it_is(client, language):
    answer = client.post("/sprak/", {"language": language, "next": "/min-time/"})

    assert answer["Location"] == "/min-time/"
    assert django_settings.LANGUAGE_COOKIE_NAME not in answer.cookies


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", "\x00"]
)
def test_the_switch_of_language_leads_nowhere_but_here(client, target):
    answer = client.post("/sprak/", {"language": "nn", "next": target})

    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith("//")


@pytest.mark.parametrize("tries", [31])
def test_too_many_log_ins_say_when_to_try_again(client, tries):
    answers = [
        client.post("/ansatt/konto/logg-inn/", {"login": f"a{n}@example.org", "password": "x"})
        for n in range(tries)
    ]

    last = answers[-1]
    assert last.status_code == 429
    assert last["Retry-After"] == "300"
    page = PageParser(last.content.decode())
    assert page.summary
    assert ["a30@example.org"] in [form.values("login") for form in page.forms]
