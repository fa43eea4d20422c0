"""What was sent when the session had ended is still there after logging in."""

import re
from datetime import timedelta
from html import unescape

import pytest
import redis
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appointments.models import Appointment
from clinics import kept_input
from clinics.models import Staff
from tests.access.logins import log_in
from tests.care.dayboard.pages import of_person, text
from tests.factories import make_arrival, make_day, make_staff
from vaccinations.models import Dose

pytestmark = pytest.mark.django_db
TAKE_UP = reverse("account_take_up")


@pytest.fixture
def day(valkey: object):
    now = timezone.now()
    return make_day(starts_at=now - timedelta(hours=1), now=now - timedelta(days=7))


@pytest.fixture
def waiting(day) -> Appointment:
    return make_arrival(session=day.session, by=day.nurse)


def answers() -> dict[str, str]:
    return {"asked": "all_no"}


@pytest.fixture
def colleague(day) -> Staff:
    return make_staff(clinic=day.clinic, name="Ola Dahl")


@pytest.fixture
def browser(day, waiting) -> Client:
    """A browser that Kari worked at until her session ended."""
    return that_was_logged_out(log_in(Client(), day.nurse), waiting)


def that_was_logged_out(client: Client, waiting: Appointment) -> Client:
    assert client.get(of_person("person", waiting)).status_code == 200
    client.session.flush()
    return client


def place_of(client: Client) -> str:
    """Where the server keeps a browser's form."""
    return f"kept-input:{client.cookies[kept_input.COOKIE].value.partition(':')[0]}"


def sent_in_again(client: Client, page: str) -> object:
    action = re.search(r'action="(/tavle[^"]+)"', page)
    assert action
    fields = re.findall(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', page)
    kept = {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}
    return client.post(unescape(action[1]), kept)


def test_the_form_is_there_after_logging_in_and_is_sent_by_a_button(day, waiting, browser) -> None:
    lost = browser.post(of_person("rescreen", waiting), answers())
    assert lost.url == f"{reverse('account_login')}?next={TAKE_UP.replace('/', '%2F')}"
    waiting.refresh_from_db()
    assert waiting.decision
    assert waiting.decision.source != "rescreen", "nothing was done"

    log_in(browser, day.nurse)
    page = browser.get(TAKE_UP)
    assert "Du var logget ut da du sendte skjemaet" in text(page)
    sent_in_again(browser, page.content.decode())

    waiting.refresh_from_db()
    assert waiting.decision
    assert waiting.decision.source == "rescreen"
    assert browser.get(TAKE_UP).url == reverse("desk:home"), "it is forgotten once sent"


def test_it_lies_encrypted_and_the_key_is_the_browsers(day, waiting, browser) -> None:
    browser.post(of_person("rescreen", waiting), answers())
    cookie = browser.cookies[kept_input.COOKIE]
    assert cookie["httponly"]
    assert cookie["max-age"] == kept_input.SECONDS
    name, _colon, _key = cookie.value.partition(":")
    assert b"all_no" not in caches["default"].get(place_of(browser))

    other = log_in(Client(), day.nurse)
    assert other.get(TAKE_UP).url == reverse("desk:home")
    browser.cookies[kept_input.COOKIE] = f"{name}:{'A' * 43}="
    assert log_in(browser, day.nurse).get(TAKE_UP).url == reverse("desk:home")


def test_it_can_be_forgotten_and_leads_to_the_page_it_stood_on(day, waiting, browser) -> None:
    stood_on = of_person("person", waiting)
    browser.post(
        of_person("rescreen", waiting),
        answers(),
        headers={"referer": f"http://testserver{stood_on}"},
    )
    log_in(browser, day.nurse)
    assert browser.post(TAKE_UP).url.endswith(stood_on)
    assert browser.get(TAKE_UP).url == reverse("desk:home")
    assert not Dose.objects.exists()


def test_too_much_is_not_kept(day, waiting, browser) -> None:
    browser.post(of_person("rescreen", waiting), {"asked": "x" * kept_input.LONGEST})
    assert kept_input.COOKIE not in browser.cookies


def test_who_is_not_logged_in_is_shown_nothing(day, waiting, browser) -> None:
    browser.post(of_person("rescreen", waiting), answers())
    assert browser.get(TAKE_UP).url == reverse("account_login")


def test_it_is_not_shown_to_another_and_then_gone(day, colleague, waiting, browser) -> None:
    browser.post(of_person("rescreen", waiting), answers())
    kept = place_of(browser)
    log_in(browser, colleague)
    assert browser.get(TAKE_UP).url == reverse("desk:home")
    assert caches["default"].get(kept) is None
    log_in(browser, day.nurse)
    assert browser.get(TAKE_UP).url == reverse("desk:home")


def test_what_a_form_says_counts_more_than_who_was_at_the_browser_last(
    day, colleague, waiting, browser
) -> None:
    that_was_logged_out(log_in(browser, colleague), waiting)
    browser.post(
        of_person("rescreen", waiting), {**answers(), kept_input.FORM_OF: str(day.nurse.pk)}
    )
    log_in(browser, day.nurse)
    assert "Du var logget ut da du sendte skjemaet" in text(browser.get(TAKE_UP))


def test_nothing_is_kept_of_nobody(day, waiting) -> None:
    """Also where somebody who never logged in says whose the form is."""
    nobody = Client()
    for whose in ({}, {kept_input.FORM_OF: str(day.nurse.pk)}):
        nobody.post(of_person("rescreen", waiting), answers() | whose)
        assert kept_input.COOKIE not in nobody.cookies


def test_where_it_lies_may_be_away_when_somebody_logs_out(
    day, waiting, browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post(of_person("rescreen", waiting), answers())
    log_in(browser, day.nurse)

    def away(_request: object) -> None:
        raise redis.ConnectionError

    monkeypatch.setattr(kept_input, "drop", away)
    browser.post(reverse("account_logout"))
    assert browser.get(of_person("person", waiting)).status_code == 302


@pytest.mark.parametrize("way", ["account_logout", "account_switch_password"])
def test_logging_out_and_handing_over_forget_it(day, waiting, browser, way: str) -> None:
    browser.post(of_person("rescreen", waiting), answers())
    kept = place_of(browser)
    assert caches["default"].get(kept)
    log_in(browser, day.nurse)
    browser.post(reverse(way))
    assert caches["default"].get(kept) is None
