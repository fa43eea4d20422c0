"""The board through a day's faults: no connection, a lost login, a wrong clock, two devices."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from appointments.models import ClinicSession
from clinics.domain.calendar import OSLO, oslo_date
from clinics.domain.roles import Role
from clinics.models import Staff
from clinics.services.staffing import enrol_totp
from tests.access.logins import log_in as log_in_at_once
from tests.browser import DESKTOP, TABLET, NewVisitor, Visitor
from tests.factories import (
    make_arrival,
    make_booking,
    make_clinic,
    make_lot,
    make_patient,
    make_session,
    make_staff,
    make_vial,
)
from tests.journeys.staff import PASSWORD, SECRET, log_in, make_nurse, see_id

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LIVE = re.compile(r"/na/")
# An answer comes every five seconds; two rounds, and some for a busy machine.
ROUNDS = 20_000
NO_ANSWER = r"Failed to load resource|ERR_|Response Status Error|htmx:"


@pytest.fixture
def under_way(db: None) -> ClinicSession:
    """A session that began an hour ago, with one who waits, one expected and an open vial."""
    now = timezone.now().replace(second=0, microsecond=0)
    clinic = make_clinic()
    lot = make_lot(clinic=clinic, expires_on=oslo_date(now) + timedelta(days=30))
    starts_at = now - timedelta(hours=1)
    session = make_session(clinic=clinic, starts_at=starts_at, now=starts_at - timedelta(days=7))
    anna = make_patient(given_name="Anna", family_name="Sol")
    make_arrival(session=session, patient=anna, clock=clock(starts_at, 50), now=now)
    bo = make_patient(given_name="Bo", family_name="Vik")
    make_booking(session=session, patient=bo, clock=clock(starts_at, 70))
    make_vial(clinic=clinic, lot=lot, now=now)
    return session


def clock(starts_at, minutes: int) -> str:
    return (starts_at + timedelta(minutes=minutes)).astimezone(OSLO).strftime("%H.%M")


def at_the_board(new_visitor: NewVisitor, session: ClinicSession, size=DESKTOP) -> Visitor:
    kari = new_visitor(size)
    log_in(kari, make_nurse())
    kari.open(f"/tavle/{session.pk}/")
    return kari


def make_colleague() -> Staff:
    ola = make_staff(
        Role.VACCINATOR, clinic=make_clinic(), name="Ola Dahl", email="ola@example.org"
    )
    ola.set_password(PASSWORD)
    ola.save()
    enrol_totp(ola, SECRET)
    return ola


def cut_off(page: Page) -> None:
    page.route(LIVE, lambda route: route.abort("connectionrefused"))


def refresh(page: Page) -> None:
    page.evaluate("htmx.trigger(document.getElementById('live'), 'refresh')")


def test_a_lost_connection_is_said_with_its_age_and_no_time_stands_as_live(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way)
    page = kari.page
    before = page.inner_text(".board__now [data-checked]")

    cut_off(page)
    expect(page.get_by_role("alert")).to_contain_text("Ingen forbindelse", timeout=ROUNDS)
    expect(page.get_by_role("alert")).to_contain_text(
        re.compile(r"Sist oppdatert kl\. \d\d\.\d\d\.\d\d, for (under 1 minutt|1 minutt) siden")
    )
    lined = page.locator(".row__lead[data-timer]").first
    expect(lined).to_have_css("text-decoration-line", "line-through")
    expect(page.locator(".advice .ds-button").first).to_be_hidden()
    kari.look()

    page.unroute(LIVE)
    page.get_by_role("button", name="Prøv nå").click()
    expect(page.locator("[data-connection=back]")).to_be_visible(timeout=ROUNDS)
    expect(page.locator("[data-connection=lost]")).to_be_hidden()
    expect(lined).not_to_have_css("text-decoration-line", "line-through")
    assert page.inner_text(".board__now [data-checked]") > before
    kari.look()
    kari.expected_failures(NO_ANSWER)


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_is_not_well_is_no_connection(
    status: int, under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way, TABLET)
    kari.page.route(LIVE, lambda route: route.fulfill(status=status, body="nede"))

    refresh(kari.page)

    expect(kari.page.get_by_role("alert")).to_contain_text("Ingen forbindelse", timeout=ROUNDS)
    kari.reads("Sol, Anna")
    kari.expected_failures(NO_ANSWER)


def test_another_networks_page_does_not_stand_where_the_board_was(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way)
    kari.page.route(
        LIVE, lambda route: route.fulfill(status=200, body="<p>Velkommen til gjestenett")
    )

    refresh(kari.page)

    expect(kari.page.get_by_role("alert")).to_contain_text("Ingen forbindelse", timeout=ROUNDS)
    assert "gjestenett" not in kari.page.inner_text("body")
    kari.reads("Sol, Anna")


def test_an_answer_that_never_comes_is_no_connection(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way)
    held: list[Route] = []
    kari.page.route(LIVE, lambda route: held.append(route))  # noqa: PLW0108  # Playwright asks

    refresh(kari.page)

    expect(kari.page.get_by_role("alert")).to_contain_text("Ingen forbindelse", timeout=ROUNDS)
    assert held
    for route in held:
        route.abort()
    kari.page.wait_for_timeout(500)  # until the browser has told of them
    kari.expected_failures(NO_ANSWER)


def test_a_lost_login_hides_the_names_and_leads_back_to_the_board(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way)
    Session.objects.all().delete()

    refresh(kari.page)

    expect(kari.page.get_by_role("alert")).to_contain_text("Tavla er låst", timeout=ROUNDS)
    assert "Kari Nes" not in kari.page.inner_text("body"), "the screen is everybody's"
    assert "Sol, Anna" not in kari.page.inner_text("body")
    way = kari.page.get_by_role("link", name="Logg inn med passord").get_attribute("href")
    assert unquote(way or "").endswith(f"next=/tavle/{under_way.pk}/")
    kari.look()


def test_a_lost_login_on_a_form_leaves_what_was_filled_in_and_it_can_be_sent_after(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way)
    kari.press("Vaksiner")
    box = kari.page.locator("input[name=yes][value=fever_over_38]")
    box.check()
    [login] = Session.objects.all()
    cookies = [one for one in kari.page.context.cookies() if one["name"] != "csrftoken"]
    Session.objects.all().delete()

    expect(kari.page.get_by_role("alert")).to_contain_text("Du er logget ut", timeout=ROUNDS)
    expect(box).to_be_checked()
    kari.look()

    # As a new login in another window leaves the browser: with a session, and other tokens.
    kari.page.context.clear_cookies(name="csrftoken")
    login.save(force_insert=True)
    kari.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    expect(kari.page.get_by_text("Nå kan du sende")).to_be_visible(timeout=ROUNDS)
    expect(box).to_be_checked()
    kari.press("Spurt om alt: ja på det som er krysset av")
    kari.reads("Feber over 38")


def test_a_form_whose_reader_changed_says_so_and_is_asked_for_again(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way)
    kari.press("Vaksiner")
    box = kari.page.locator("input[name=yes][value=fever_over_38]")
    box.check()

    # As a colleague's login in another window leaves the browser.
    ola = log_in_at_once(Client(), make_colleague())
    kari.page.context.clear_cookies(name="csrftoken")
    [mine] = [one for one in kari.page.context.cookies() if one["name"] == "sessionid"]
    theirs = mine | {"value": ola.cookies["sessionid"].value}
    kari.page.context.add_cookies([theirs])  # type: ignore[list-item]

    told = kari.page.get_by_role("alert").filter(has_text="En annen er logget inn nå")
    expect(told).to_contain_text("Nå er Ola Dahl logget inn", timeout=ROUNDS)
    expect(box).to_be_checked()
    kari.look()
    kari.press("Spurt om alt: ja på det som er krysset av")
    kari.reads("Skjemaet ble åpnet av Kari Nes. Nå er Ola Dahl logget inn.")
    expect(box).to_be_checked()
    expect(told).to_be_hidden()
    kari.press("Spurt om alt: ja på det som er krysset av")
    kari.reads("Feber over 38")


def test_a_tablet_with_a_wrong_clock_shows_the_servers_times(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = new_visitor(TABLET)
    kari.page.clock.install(time=timezone.now() - timedelta(days=400, hours=5))
    log_in(kari, make_nurse())
    kari.open(f"/tavle/{under_way.pk}/")
    kari.page.clock.run_for(6_000)
    said = kari.page.inner_text(".board__now [data-checked]")

    now = timezone.now().astimezone(OSLO)
    near = {(now - timedelta(seconds=ago)).strftime("%H.%M.%S") for ago in range(30)}
    assert said in near
    assert "Ingen forbindelse" not in kari.page.inner_text("main")


def test_what_one_device_does_the_other_shows_within_five_seconds(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    desk, room = new_visitor(DESKTOP, "desk"), new_visitor(TABLET, "room")
    for one, nurse in ((desk, make_nurse()), (room, make_colleague())):
        log_in(one, nurse)
        one.open(f"/tavle/{under_way.pk}/")
    expect(room.page.locator(".board__waiting")).not_to_contain_text("Vik, Bo")

    desk.follow(desk.page.get_by_role("link", name="Møtt Vik, Bo"))
    see_id(desk)

    expect(room.page.locator(".board__waiting")).to_contain_text("Vik, Bo", timeout=7_000)


def test_an_unchanged_board_is_answered_with_nothing(
    under_way: ClinicSession, new_visitor: NewVisitor, valkey: object
) -> None:
    kari = at_the_board(new_visitor, under_way)
    answers: list[int] = []
    kari.page.on("response", lambda one: LIVE.search(one.url) and answers.append(one.status))

    for _ in range(4):
        with kari.page.expect_response(LIVE):
            refresh(kari.page)

    assert answers.count(204) >= 2, answers
    assert set(answers) <= {200, 204}
