"""Guessing codes, and using again what was used: through the real pages."""

import re

import pytest
from django.conf import settings as configured
from django.core import mail
from django.test import Client
from django.urls import reverse

from limits.rules import CODE
from patients.models import OneTimeCode
from patients.services.codes import ATTEMPTS
from tests.access.objects import Objects

EMAIL = "alice@example.org"


@pytest.fixture(autouse=True)
def _mailbox(settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []


def ask(client: Client, email: str = EMAIL) -> int:
    client.get(reverse("appointments:find"))
    sent = client.post(reverse("appointments:find"), {"channel": "email", "email": email})
    return sent.status_code


def newest() -> str:
    return re.search(r"\b\d{6}\b", mail.outbox[-1].body)[0]


def give(client: Client, code: str) -> bool:
    """Tell whether a code opens one's own appointments."""
    client.post(reverse("appointments:find_code"), {"code": code})
    return client.get(reverse("appointments:list")).status_code == 200


def test_a_code_is_not_found_by_trying(objects: Objects) -> None:
    """From as many browsers as one likes: the contact counts."""
    tried, refused = 0, 0
    for _ in range(CODE.contact + 3):
        robot = Client()
        if ask(robot) == 429:
            refused += 1
            continue
        right = int(newest())
        for guess in range(ATTEMPTS):
            tried += 1
            assert not give(robot, f"{(right + 1 + guess) % 10**6:06}")
        assert not give(robot, f"{right:06}"), "after the last attempt it is worth nothing"

    assert tried == CODE.contact * ATTEMPTS
    assert refused == 3
    assert OneTimeCode.objects.filter(used_at__isnull=False).count() == 0


def test_a_code_opens_once_in_the_browser_that_asked(objects: Objects) -> None:
    alice, eve = Client(), Client()
    ask(alice)
    code, key = newest(), alice.cookies["time"].value

    assert not give(eve, code), "no code was asked for there"
    eve.cookies["time"] = "x" * 43
    assert not give(eve, code), "another browser's key"
    assert give(alice, code)
    again = Client()
    again.cookies["time"] = key
    again.post(reverse("appointments:find_code"), {"code": "000000"})
    assert not give(again, code), "used already"


def test_a_session_that_somebody_else_has_chosen_is_not_taken_over(objects: Objects) -> None:
    alice, eve, chosen = Client(), Client(), "chosenbyeve0chosenbyeve0chosenby"
    for client in (alice, eve):
        client.cookies[configured.SESSION_COOKIE_NAME] = chosen
    ask(alice)

    assert give(alice, newest())
    assert alice.cookies[configured.SESSION_COOKIE_NAME].value != chosen
    assert eve.get(reverse("appointments:list")).status_code == 302
