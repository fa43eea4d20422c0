"""What another site makes a browser send: forms without their token, with another host's name."""

from django.test import Client

from tests.access.objects import Objects, address_of
from tests.access.pages import all_pages
from tests.access.test_every_page import rows_written
from tests.attacks.world import browsers, changed

# Known by a signature, and by the token in the address (RFC 8058), as no browser sends them.
WITHOUT_TOKEN = {"notifications:sinch_receipt", "patients:one_click"}
HOSTS = [
    "evil.example",
    "testserver.evil.example",
    "testserver@evil.example",
    "testserver:80:80",
    "testserver/evil",
    "testserver\\.evil.example",
    "127.0.0.1.evil.example",
    "",
    " ",
    "[::1",
]
OVERRIDES = [
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"},
    {"HTTP_X_METHOD_OVERRIDE": "POST"},
    {"HTTP_X_HTTP_METHOD": "POST"},
    {"QUERY_STRING": "_method=POST"},
]


def test_no_form_is_taken_from_another_site(objects: Objects) -> None:
    """Every address, as everybody: without a token, with a wrong one, with one from elsewhere."""
    for client in browsers(objects, enforce_csrf_checks=True).values():
        client.cookies["csrftoken"] = "c" * 32
        before, taken, tried = rows_written(), [], 0
        for page in all_pages():
            if page.name in WITHOUT_TOKEN:
                continue
            address = address_of(page, objects)
            for data, headers in (
                ({}, {}),
                ({"csrfmiddlewaretoken": "d" * 32}, {}),
                ({"csrfmiddlewaretoken": "c" * 32}, {"origin": "https://evil.example"}),
            ):
                tried += 1
                status = client.post(address, data, headers=headers).status_code
                # Refused before the token is asked for, or because of it.
                if status not in {302, 403, 404, 405}:
                    taken.append(f"{page}: {status}")
        assert taken == []
        assert changed(before) == {}
        assert tried > 700


def test_a_token_of_another_site_s_visitor_is_worth_nothing(objects: Objects) -> None:
    mine, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    mine.get("/")
    token = other.get("/").context["csrf_token"]

    assert mine.post("/sprak/", {"language": "nn", "csrfmiddlewaretoken": token}).status_code == 403
    assert (
        other.post("/sprak/", {"language": "nn", "csrfmiddlewaretoken": token}).status_code == 302
    )


def test_a_made_up_host_gets_no_page_and_stands_in_none(objects: Objects, settings: object) -> None:
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    client, tried = Client(raise_request_exception=False), 0
    before = rows_written()
    for host in HOSTS:
        for address in ("/", "/min-time/", f"/l/{objects.token}/", "/ansatt/", "/healthz"):
            for headers in ({"HTTP_HOST": host}, {"HTTP_HOST": host, "HTTP_X_FORWARDED_HOST": "x"}):
                answer = client.get(address, **headers)
                tried += 1
                assert answer.status_code == 400, (host, address)
                assert "evil" not in answer.content.decode()
    for address in ("/", "/min-time/", "/ansatt/"):
        answer = client.get(address, HTTP_X_FORWARDED_HOST="evil.example")
        tried += 1
        assert "evil" not in answer.content.decode() + answer.headers.get("Location", "")
    assert changed(before) == {}
    assert tried > 110


def test_a_method_in_a_header_or_a_query_is_no_method(objects: Objects) -> None:
    """What a GET may not do, it may not do by another name either."""
    client, tried = browsers(objects)["a lead"], 0
    before = rows_written()
    for page in all_pages():
        if page.name.startswith("admin:"):
            continue
        for override in OVERRIDES[:1] + OVERRIDES[-1:]:
            client.get(address_of(page, objects), **override)
            tried += 1
    assert changed(before) == {}
    assert tried > 300
