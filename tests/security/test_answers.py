"""Nobody learns from an answer, or its time, who has an account; nobody is led away."""

import re
from collections.abc import Iterator
from unittest import mock
from urllib.parse import urlsplit

import pytest
import redis
import time_machine
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from clinics.domain.roles import Role
from clinics.services.staffing import enrol_totp
from tests.access.logins import SECRET, log_in
from tests.access.objects import NOW, Objects, address_of, make_objects, make_staff
from tests.access.pages import all_pages
from tests.security.stubbed import stub_views

PASSWORD = "et langt passord for Kari"
AWAY = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "\t//evil.example",
    "//evil.example%00.testserver",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "/%0d%0aLocation: https://evil.example",
]
# Every name by which some page of ours, of Django's or of allauth's is told where to go on.
LEADS_ON = (
    *("next", "back", "url", "redirect", "return", "continue"),
    *("tilbake", "side", "fra", "sted"),
)


@pytest.fixture
def objects(db: None, valkey: redis.Redis) -> Iterator[Objects]:
    with time_machine.travel(NOW, tick=False):
        yield make_objects()


def shapes(queries: CaptureQueriesContext) -> list[str]:
    """What was asked of the database, without the values."""
    return [
        re.sub(r"'[^']*'|\"s\d+_x\d+\"|\b\d+\b", "…", one["sql"])
        for one in queries.captured_queries
    ]


def leads_away(response: object) -> bool:
    """Tell whether a browser would leave this site, as browsers read addresses."""
    headers = response.headers
    for name in ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "Refresh"):
        target = headers.get(name, "").replace("\\", "/").strip()
        parts = urlsplit(target)
        if target.startswith("//") or (parts.netloc and parts.netloc != "testserver"):
            return True
        if parts.scheme not in {"", "http", "https"}:
            return True
    return False


def test_no_address_of_a_page_leads_a_browser_away(
    objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked and sent, known and unknown, with every such name at once and every way to write it."""
    nobody = Client(raise_request_exception=False)
    nurse = log_in(Client(), make_staff("kari", (objects.clinic, Role.VACCINATOR)))
    away, tried = [], 0
    stub_views(monkeypatch)
    for page in all_pages():
        address = address_of(page, objects)
        for target in AWAY[:1]:
            named = dict.fromkeys(LEADS_ON, target)
            for client in (nobody, nurse):
                for response in (
                    client.get(address, named, headers={"referer": target}),
                    client.post(address, named, headers={"referer": target}),
                ):
                    tried += 1
                    if leads_away(response):
                        away.append(f"{page} to {target}")

    assert away == []
    assert tried > 1000


def test_pages_that_lead_on_lead_nowhere_but_here(objects: Objects, settings: Settings) -> None:
    """Those that read "next" themselves, with a person who gets so far."""
    settings.ACCOUNT_RATE_LIMITS = {}
    staff = make_staff("kari", (objects.clinic, Role.VACCINATOR))
    staff.set_password(PASSWORD)
    staff.save()
    outside, inside = Client(), log_in(Client(), staff)
    tried = 0
    for target in AWAY:
        for response in (
            outside.post("/sprak/", {"language": "nn", "next": target}),
            outside.post("/sprak/", {"language": "nn"}, headers={"referer": target}),
            inside.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": target}),
            inside.get(reverse("account_login"), {"next": target}),
            inside.get(reverse("mfa_reauthenticate"), {"next": target}),
            inside.get(reverse("account_switch"), {"next": target}),
        ):
            tried += 1
            assert not leads_away(response), (target, response.headers.get("Location"))
    for target in AWAY[:6]:
        for response in (
            Client().post(
                reverse("account_login"),
                {"login": staff.email, "password": PASSWORD, "next": target},
            ),
            log_in(Client(), staff).post(reverse("account_logout"), {"next": target}),
            log_in(Client(), staff).post(reverse("account_switch_password"), {"next": target}),
        ):
            tried += 1
            assert response.status_code == 302
            assert not leads_away(response), target

    assert tried == len(AWAY) * 6 + 18


def test_a_log_in_says_the_same_and_costs_the_same_whoever_exists(objects: Objects) -> None:
    """The slow part of a log-in is the hash of the password: it is made once for everybody."""
    kari = make_staff("kari", (objects.clinic, Role.VACCINATOR))
    kari.set_password(PASSWORD)
    kari.save()
    enrol_totp(kari, SECRET)
    closed = make_staff("ola")
    closed.set_password(PASSWORD)
    closed.is_active = False
    closed.save()
    make_staff("uten-passord")
    seen = {}
    for email in (kari.email, closed.email, "uten-passord@example.org", "ingen@example.org"):
        with (
            mock.patch.object(
                Argon2PasswordHasher,
                "encode",
                autospec=True,
                side_effect=Argon2PasswordHasher.encode,
            ) as made,
            mock.patch.object(
                Argon2PasswordHasher,
                "verify",
                autospec=True,
                side_effect=Argon2PasswordHasher.verify,
            ) as compared,
        ):
            answer = Client().post(reverse("account_login"), {"login": email, "password": "feil"})
        seen[email] = (
            answer.status_code,
            made.call_count + compared.call_count,
            [str(one) for one in answer.context["form"].non_field_errors()],
            len(answer.content) - len(email),
            sorted(answer.cookies),
        )

    assert len({str(one) for one in seen.values()}) == 1, seen
    assert seen[kari.email][:2] == (200, 1)


def test_asking_for_a_code_is_the_same_whether_or_not_anybody_has_the_address(
    objects: Objects, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    patient = objects.patient
    patient.email = "alice@example.org"
    patient.save()
    seen = []
    for email in ("alice@example.org", "ingen@example.org"):
        client, mail.outbox = Client(), []
        client.get(reverse("appointments:find"))
        with CaptureQueriesContext(connection) as queries:
            asked = client.post(reverse("appointments:find"), {"channel": "email", "email": email})
        shown = client.get(asked.headers["Location"]).content.decode()
        with CaptureQueriesContext(connection) as guesses:
            guessed = client.post(asked.headers["Location"], {"code": "000000"})
        seen.append(
            (
                asked.headers["Location"],
                shapes(queries),
                len(mail.outbox),
                len(shown),
                shapes(guesses),
                guessed.status_code,
            )
        )

    assert seen[0] == seen[1]


def test_an_address_with_a_token_says_the_same_of_one_that_never_was_and_one_for_something_else(
    objects: Objects, client: Client
) -> None:
    """A link of one kind tells nothing on the page of another."""
    tokens = {
        name: getattr(objects, name)
        for name in ("token", "ask_token", "case_token", "interest_token", "waiting_token")
    }
    pages = [page for page in all_pages() if page.name.endswith("link")]
    assert len(pages) >= 6
    tried = 0
    for page in pages:
        unknown = client.get(page.address(dict.fromkeys(page.arguments, "A" * 22)))
        assert unknown.status_code == 404
        for token in tokens.values():
            answer = client.get(page.address(dict.fromkeys(page.arguments, token)))
            if answer.status_code == 302:
                continue  # its own
            tried += 1
            assert answer.status_code == 404
            assert len(answer.content) == len(unknown.content)

    assert tried >= 20
