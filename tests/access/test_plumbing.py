"""The pages that machines ask for."""

from django.conf import settings as django_settings
from django.test import Client


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
