"""Requests that no browser of a person sends: too long, cut off, or of another kind."""

import pytest
import redis
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from tests.access.test_every_page import rows_written

TOO_LONG = {"nb": "Det du sendte, er for langt", "nn": "Det du sende", "en": "What you sent"}


@pytest.fixture
def client(db: None, valkey: redis.Redis) -> Client:
    return Client(raise_request_exception=False)


def test_what_is_too_long_is_refused_unread_in_the_reader_s_language(client: Client) -> None:
    address, most = reverse("appointments:find"), configured.DATA_UPLOAD_MAX_MEMORY_SIZE
    before = rows_written()
    for language, words in TOO_LONG.items():
        client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
        answer = client.post(address, {"email": "x" * (most + 1)})
        assert answer.status_code == 413
        assert words in answer.content.decode()
    for length, due in {"9" * 30: 413, "9" * 5000: 413, "-1": 200, "x": 200, "1e9": 200}.items():
        answer = client.generic("POST", address, b"x", CONTENT_LENGTH=length)
        assert answer.status_code == due, length
    fits = client.generic(
        "POST", address, b"email=" + b"x" * (most - 6), "application/x-www-form-urlencoded"
    )
    assert fits.status_code == 200
    assert rows_written() == before


def test_a_method_that_no_page_knows_changes_nothing_anywhere(client: Client) -> None:
    before = rows_written()
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"):
        for address in ("/", "/min-time/", "/ansatt/", "/admin/", "/healthz"):
            answer = client.generic(method, address, b"x=1", "application/x-www-form-urlencoded")
            assert answer.status_code == 405, (method, address)
            assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert rows_written() == before
