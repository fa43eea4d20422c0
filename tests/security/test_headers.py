"""What a browser is told on every answer: what it may do with it, and what may be kept of it."""

from collections.abc import Iterator

import pytest
import redis
import time_machine
from django.conf import settings as configured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from clinics.domain.roles import Role
from clinics.permissions import PUBLIC
from mpoxclinic.hardening import HostCookieMiddleware, ProxyMiddleware
from patients.permissions import BROWSER_COOKIE, new_browser_key
from tests.access.logins import log_in
from tests.access.objects import NOW, Objects, address_of, make_objects, make_staff
from tests.access.pages import all_pages
from tests.security.stubbed import stub_views

ALWAYS = {
    "Server": "web",  # and not which, or of what version
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNSAFE = ("unsafe-inline", "unsafe-eval", "*", "http:", "https:", "strict-dynamic", "nonce-")


@pytest.fixture
def objects(db: None, valkey: redis.Redis) -> Iterator[Objects]:
    with time_machine.travel(NOW, tick=False):
        yield make_objects()


def faults_of(response: HttpResponse) -> list[str]:
    """Name the headers that an answer lacks, whoever it is for."""
    headers = response.headers
    wrong = [name for name, value in ALWAYS.items() if headers.get(name) != value]
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or any(word in policy for word in UNSAFE):
        wrong.append("Content-Security-Policy")
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        wrong.append("Permissions-Policy")
    if headers.get("Referrer-Policy") not in {"same-origin", "no-referrer"}:
        wrong.append("Referrer-Policy")
    return wrong


def test_every_answer_to_everybody_says_what_may_be_done_with_it(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub_views(monkeypatch)
    nobody, known = Client(), Client()
    known.cookies[BROWSER_COOKIE] = new_browser_key()
    nurse = log_in(Client(), make_staff("kari", (objects.clinic, Role.LEAD)))
    wrong, answers = [], 0
    for page in all_pages():
        address = address_of(page, objects)
        for who, client in {"nobody": nobody, "known": known, "nurse": nurse}.items():
            for method in ("get", "post"):
                response = getattr(client, method)(address)
                answers += 1
                faults = faults_of(response)
                kept = "no-store" not in response.headers.get("Cache-Control", "")
                if kept and (page.rule is not PUBLIC or who != "nobody"):
                    faults.append("Cache-Control")
                if response.headers.get("X-Robots-Tag", "").startswith("noindex") is (
                    address == "/"
                ):
                    faults.append("X-Robots-Tag")
                opened_by_token = any(name.endswith("token") for name in page.arguments)
                if opened_by_token and response.headers["Referrer-Policy"] != "no-referrer":
                    faults.append("Referrer-Policy of a link")
                if faults:
                    wrong.append(f"{who} {method} {page}: {faults}")

    assert wrong == []
    assert answers > 1500


def test_errors_are_kept_by_nobody_either(objects: Objects) -> None:
    client = Client(raise_request_exception=False)
    for address, status in [("/finnes-ikke/", 404), ("/l/x/", 404), ("/ansatt/", 302)]:
        response = client.get(address)
        assert response.status_code == status
        assert faults_of(response) == []
        assert "no-store" in response.headers["Cache-Control"]
    without_token = Client(enforce_csrf_checks=True).post("/sprak/", {"language": "nn"})
    assert without_token.status_code == 403
    assert faults_of(without_token) == []


def test_the_page_of_a_link_keeps_its_form_and_tells_no_other_site(
    objects: Objects, client: Client
) -> None:
    """With "no-referrer" a browser would say that the form comes from nowhere (CSRF)."""
    stop = client.get(reverse("patients:stop", args=[objects.stop_token]))

    assert stop.status_code == 200
    assert stop.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in stop.headers["Cache-Control"]
    led_on = client.get(f"/l/{objects.token}/")
    assert led_on.status_code == 302
    assert led_on.headers["Referrer-Policy"] == "no-referrer"


def test_cookies_outside_the_demo_are_this_host_s_alone(
    objects: Objects, settings: Settings
) -> None:
    settings.MIDDLEWARE = ["mpoxclinic.hardening.HostCookieMiddleware", *settings.MIDDLEWARE]
    browser = Client()
    begun = browser.post(reverse("eligibility:begin"))
    browser.post("/sprak/", {"language": "nn"})
    browser.get("/")
    set_by_us = {
        morsel.key: morsel for morsel in browser.cookies.values() if morsel.value != "deleted"
    }

    assert begun.status_code == 302
    assert {"__Host-time", "__Host-csrftoken", "__Host-django_language"} <= set(set_by_us)
    for name, morsel in set_by_us.items():
        assert name.startswith("__Host-"), name
        assert morsel["secure"], name
        assert morsel["path"] == "/", name
        assert not morsel["domain"], name
        assert morsel["httponly"], name
        assert morsel["samesite"] in {"Lax", "Strict"}, name
    # A cookie that a neighbouring host has set has no prefix, and is not seen.
    neighbour = Client()
    neighbour.cookies[configured.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="nb">' in neighbour.get("/").content.decode()
    neighbour.cookies[f"__Host-{configured.LANGUAGE_COOKIE_NAME}"] = "en"
    assert '<html lang="en">' in neighbour.get("/").content.decode()


def test_a_cookie_for_one_path_is_told_from_one_for_the_host_and_both_can_be_deleted() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        assert request.COOKIES == {"a": "1", "egen": "2"}
        response = HttpResponse()
        response.set_cookie("feed", "x", path="/min-time/", httponly=True)
        response.delete_cookie("a")
        return response

    request = RequestFactory().get("/")
    request.COOKIES = {"__Host-a": "1", "__Secure-egen": "2", "a": "0", "c": "3"}
    # What a neighbouring host can set for this one: a browser key or a session that it knows.
    request.COOKIES |= {"__Secure-time": "4", "__Secure-sessionid": "5", "__Secure-a": "6"}
    cookies = HostCookieMiddleware(view)(request).cookies

    assert cookies["__Secure-feed"]["path"] == "/min-time/"
    assert cookies["__Secure-feed"]["secure"]
    assert cookies["__Secure-feed"]["httponly"]
    assert cookies["__Host-a"]["max-age"] == 0
    assert cookies["__Host-a"]["secure"]


def test_a_stranger_does_not_say_that_a_request_came_over_https(settings: Settings) -> None:
    settings.PROXIES = ["10.0.0.0/8"]

    def asked_from(peer: str) -> bool:
        request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
        ProxyMiddleware(lambda _request: HttpResponse())(request)
        return request.is_secure()

    assert asked_from("10.0.0.1")
    assert not asked_from("203.0.113.9")
    assert not asked_from("")
