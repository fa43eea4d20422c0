"""The pages that machines ask for."""

import socket
from pathlib import Path

from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings


def test_it_is_healthy_when_the_database_and_valkey_answer(client: Client, db: None) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


def test_it_is_not_healthy_without_valkey(
    client: Client, db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody-listens.sock"

    assert client.get("/healthz").status_code == 503


def test_it_is_not_healthy_when_valkey_is_silent(
    client: Client, db: None, settings: Settings, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{tmp_path}/silent.sock")
        silent.listen()
        settings.REDIS_URL = f"unix://{tmp_path}/silent.sock"

        assert client.get("/healthz").status_code == 503


def test_search_engines_see_the_front_page_only(client: Client) -> None:
    assert client.get("/robots.txt").content.decode().splitlines() == [
        "User-agent: *",
        "Allow: /$",
        "Disallow: /",
    ]


def test_the_guessed_icon_leads_to_the_icon(client: Client) -> None:
    assert client.get("/favicon.ico").headers["Location"] == "/static/icon.svg"


def test_a_language_is_chosen_by_a_button_not_by_a_link(client: Client) -> None:
    assert django_settings.LANGUAGE_COOKIE_NAME not in client.get("/sprak/?language=nn").cookies

    chosen = client.post("/sprak/", {"language": "nn"})

    assert chosen.cookies[django_settings.LANGUAGE_COOKIE_NAME].value == "nn"
