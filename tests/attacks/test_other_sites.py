"""What another site makes a browser send: forms without their token, with another host's name."""

import pytest
from django.test import Client
from pytest_django import Settings

from clinics.domain.roles import Role
from tests.access.objects import Objects, address_of
from tests.access.pages import all_pages
from tests.access.test_every_page import rows_written
from tests.attacks.world import NO_TOKEN, Browsers, changed, say_no_token
from tests.security.stubbed import LET_IN, stub_views

# Known by a signature, and by the token in the address (RFC 8058), as no browser sends them.
WITHOUT_TOKEN = {"notifications:sinch_receipt", "patients:one_click"}
MINE, OTHER, EVIL = "c" * 32, "d" * 32, "https://evil.example"
FORGED = [
    ({}, {}, False),
    ({"csrfmiddlewaretoken": OTHER}, {}, False),
    ({}, {"X-CSRFToken": OTHER}, False),
    ({"csrfmiddlewaretoken": MINE}, {"Origin": EVIL}, False),
    ({"csrfmiddlewaretoken": MINE}, {"Origin": "null"}, False),
    ({"csrfmiddlewaretoken": MINE}, {"Referer": f"{EVIL}/https://testserver/"}, True),
    ({"csrfmiddlewaretoken": MINE}, {}, True),  # HTTPS, and not a word of where it comes from
]
HOSTS = [
    "evil.example",
    "testserver.evil.example",
    "testserver@evil.example",
    "testserver:80:80",
    "testserver/evil",
    "testserver\\.evil.example",
    "",
    " ",
    "[::1",
]


def test_no_address_takes_what_another_site_sends(
    objects: Objects, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each form with its own data is tried in tests/forms_walk; here every address, form or not."""
    settings.CSRF_FAILURE_VIEW = f"{say_no_token.__module__}.{say_no_token.__name__}"
    lead = Browsers(objects).staff[Role.LEAD]
    stub_views(monkeypatch)
    lead.handler.enforce_csrf_checks = True
    lead.cookies["csrftoken"] = MINE
    taken, tried = set(), 0
    for number, page in enumerate(all_pages()):
        for data, headers, secure in (FORGED[0], FORGED[1 + number % (len(FORGED) - 1)]):
            tried += 1
            answer = lead.post(address_of(page, objects), data, headers=headers, secure=secure)
            if answer.status_code != NO_TOKEN:
                taken.add(page.name)

    assert taken == WITHOUT_TOKEN
    assert tried > 750
    assert lead.post("/ansatt/", {"csrfmiddlewaretoken": MINE}).status_code == LET_IN


def test_a_token_of_another_visitor_is_worth_nothing(objects: Objects) -> None:
    mine, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    mine.get("/")
    data = {"language": "nn", "csrfmiddlewaretoken": other.get("/").context["csrf_token"]}

    assert mine.post("/sprak/", data).status_code == 403
    assert other.post("/sprak/", data).status_code == 302


def test_a_made_up_host_gets_no_page_and_stands_in_none(
    objects: Objects, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client, before, tried = Client(raise_request_exception=False), rows_written(), 0
    for host in HOSTS:
        for address in ("/min-time/", f"/l/{objects.token}/", "/ansatt/"):
            answer = client.get(address, HTTP_HOST=host, HTTP_X_FORWARDED_HOST="testserver")
            tried += 1
            assert answer.status_code == 400, (host, address)
            assert "evil" not in answer.content.decode()
    for address in ("/min-time/", f"/l/{objects.token}/", "/ansatt/"):
        answer = client.get(address, HTTP_X_FORWARDED_HOST="evil.example")
        tried += 1
        assert answer.status_code in {200, 302}
        assert "evil" not in answer.content.decode() + answer.headers.get("Location", "")

    assert tried == 30
    assert changed(before) == {}
