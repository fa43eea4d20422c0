from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from patients.middleware import BrowserKeyMiddleware
from patients.permissions import (
    browser_hash,
    browser_key,
    confirm_contact,
    confirmed_contact,
    ensure_browser_key,
    new_browser_key,
)


def request_with(cookie: str | None = None) -> HttpRequest:
    request = RequestFactory().get("/")
    if cookie is not None:
        request.COOKIES["time"] = cookie
    return request


def answer_with_key(request: HttpRequest) -> HttpResponse:
    ensure_browser_key(request)
    return HttpResponse()


def test_a_browser_is_known_by_the_key_in_its_cookie() -> None:
    key = new_browser_key()
    assert browser_key(request_with(key)) == key
    assert ensure_browser_key(request_with(key)) == key


@pytest.mark.parametrize("cookie", [None, "", "short", "x" * 44, "é" * 43, "x" * 42 + "!"])
def test_a_key_that_is_not_ours_is_none(cookie: str | None) -> None:
    assert browser_key(request_with(cookie)) is None


def test_a_browser_without_key_gets_one_that_lasts_the_request() -> None:
    request = request_with("short")
    key = ensure_browser_key(request)
    assert len(key) == 43
    assert browser_key(request) == ensure_browser_key(request) == key


def test_rows_know_a_browser_by_a_hash_that_does_not_tell_its_key() -> None:
    key = new_browser_key()
    assert browser_hash(request_with(key)) == browser_hash(request_with(key))
    assert browser_hash(request_with(key)) != browser_hash(request_with(new_browser_key()))
    assert key not in browser_hash(request_with(key))


def test_a_new_key_is_handed_out_in_a_cookie_for_this_session_only(settings: Any) -> None:
    settings.DEMO = False
    request = request_with()
    response = BrowserKeyMiddleware(answer_with_key)(request)
    cookie = response.cookies["time"]
    assert cookie.value == browser_key(request)
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == cookie["expires"] == ""


def test_the_demo_without_tls_hands_out_the_cookie_too(settings: Any) -> None:
    settings.DEMO = True
    response = BrowserKeyMiddleware(answer_with_key)(request_with())
    assert not response.cookies["time"]["secure"]


def test_a_browser_that_has_a_key_gets_no_cookie() -> None:
    response = BrowserKeyMiddleware(answer_with_key)(request_with(new_browser_key()))
    assert "time" not in response.cookies


def test_a_page_that_needs_no_key_sets_no_cookie() -> None:
    response = BrowserKeyMiddleware(lambda _: HttpResponse())(request_with())
    assert "time" not in response.cookies


@pytest.mark.django_db
def test_a_proved_contact_is_remembered_in_a_session_with_a_new_key() -> None:
    request = request_with()
    request.session = SessionStore()
    request.session["language"] = "nn"
    request.session.save()
    before = request.session.session_key
    assert confirmed_contact(request) == ""
    confirm_contact(request, "a" * 64)
    assert confirmed_contact(request) == "a" * 64
    assert request.session["language"] == "nn"
    assert request.session.session_key != before
    assert not SessionStore().exists(before or "")
