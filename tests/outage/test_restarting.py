"""The database or Valkey is really away: every page says that we are restarting, and comes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import OperationalError, close_old_connections, connection, transaction
from django.test import Client
from pytest_django import Settings

from clinics.outage import is_outage
from clinics.permissions import DemoOnly
from patients.permissions import BROWSER_COOKIE, new_browser_key
from tests.access.logins import log_in
from tests.access.objects import address_of, make_objects
from tests.access.pages import all_pages
from tests.browser import axe_faults
from tests.conftest import owner_parameters
from tests.factories import make_staff
from tests.look.conftest import OpenHtml, open_html  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db(transaction=True)

HEADINGS = {"nb": "Vi starter på nytt", "nn": "Vi startar på nytt", "en": "We are restarting"}


@contextmanager
def database_away(tmp_path: Path) -> Iterator[None]:
    """Point the application's connection at a socket where nobody listens."""
    there = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(HOST=str(tmp_path), PORT="")
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(there)


def speak(client: Client, language: str) -> None:
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language


def assert_restarting(response, language: str) -> None:
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    html = response.content.decode()
    assert f'<html lang="{language}">' in html
    assert HEADINGS[language] in html


@pytest.mark.parametrize("language", HEADINGS)
def test_without_the_database_the_front_page_says_so_and_then_works_again(
    language: str, client: Client, tmp_path: Path
) -> None:
    speak(client, language)
    with database_away(tmp_path):
        assert_restarting(client.get("/?uke=48"), language)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("language", HEADINGS)
def test_without_valkey_a_draft_cannot_be_read_and_the_page_says_so(
    language: str, client: Client, settings: Settings, tmp_path: Path
) -> None:
    speak(client, language)
    client.cookies[BROWSER_COOKIE] = new_browser_key()
    there = settings.REDIS_URL
    settings.REDIS_URL = f"unix://{tmp_path}/closed.sock"
    assert_restarting(client.post("/sjekk/"), language)
    assert_restarting(client.get("/sjekk/fodselsdato/"), language)
    settings.REDIS_URL = there
    assert client.post("/sjekk/").status_code == 302


def test_every_page_either_needs_no_server_or_says_that_we_are_restarting(tmp_path: Path) -> None:
    """As a nurse, so that the session, the user, the role and the page itself are asked for."""
    objects = make_objects()
    # What middleware meets once the view is done (words for the next page) is answered too.
    client = Client(raise_request_exception=False)
    log_in(client, objects.colleague)
    addresses = {
        page.form: address_of(page, objects)
        for page in all_pages()
        if not isinstance(page.rule, DemoOnly)
    }
    with database_away(tmp_path):
        answers = {form: client.get(address) for form, address in addresses.items()}
    wrong = {
        form: answer.status_code
        for form, answer in answers.items()
        if answer.status_code not in {200, 302, 404, 503}
        or (answer.status_code == 503 and form != "/healthz" and "Retry-After" not in answer)
    }
    assert wrong == {}
    away = [form for form, answer in answers.items() if answer.status_code == 503]
    assert len(away) > 50
    assert "/" in away
    assert "/ansatt/" in away
    assert client.get("/ansatt/").status_code == 200


def test_a_connection_that_the_server_ends_in_the_middle_is_an_outage_and_the_next_one_works(
    client: Client,
) -> None:
    assert client.get("/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    same_role = connection.settings_dict
    with psycopg.connect(
        **{**owner_parameters(), "user": same_role["USER"], "password": same_role["PASSWORD"]}
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    assert_restarting(client.get("/"), "nb")
    close_old_connections()  # as the start of each request does outside of tests
    assert client.get("/").status_code == 200


def test_a_lock_waited_for_in_vain_is_no_outage() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
        with pytest.raises(OperationalError) as caught:
            cursor.execute("SELECT pg_sleep(1)")
        transaction.set_rollback(True)
    assert not is_outage(caught.value)


def test_a_session_that_cannot_be_saved_is_an_outage_too(
    client: Client, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session is saved after the view, where no middleware of ours is asked."""
    staff = make_staff()
    log_in(client, staff)
    client.raise_request_exception = False
    settings.SESSION_SAVE_EVERY_REQUEST = True
    save = "django.contrib.sessions.backends.db.SessionStore.save"

    def lose(*_args: object, **_kwargs: object) -> None:
        raise OperationalError from psycopg.OperationalError("server closed the connection")

    monkeypatch.setattr(save, lose)
    assert_restarting(client.get("/"), "nb")


@pytest.mark.parametrize("language", HEADINGS)
def test_a_proxy_gets_the_same_page_as_a_file(language: str, open_html: OpenHtml) -> None:  # noqa: F811
    printed = StringIO()
    call_command("outage_page", "--language", language, stdout=printed)
    page = open_html(printed.getvalue())

    assert page.get_by_role("heading", level=1).inner_text() == HEADINGS[language]
    assert axe_faults(page) == []
