"""A shared computer that is left: it warns, locks, keeps the form, and opens by passkey."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect
from pytest_django import Settings

from audit.domain import Actor
from clinics.models import Staff, StaffLogin
from clinics.services.logins import end_logins
from clinics.services.staffing import reset_second_factor
from tests.browser import DESKTOP, PHONE, NewVisitor, Visitor
from tests.clinics.cast import app_code
from tests.factories import make_arrival, make_clinic, make_lot, make_session, make_vial
from tests.journeys.staff import PASSWORD, log_in, make_nurse
from tests.journeys.test_passkey import with_a_device

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ROUNDS = 20_000


def leave(page: Page, kari: Staff, **time: float) -> None:
    """Let a log-in be unused for a time, and the page ask as it does when it is seen again."""
    passed = timedelta(**time)
    StaffLogin.objects.filter(staff=kari, ended_at=None).update(
        started_at=F("started_at") - passed, last_seen_at=timezone.now() - passed
    )
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def look_twice(visitor: Visitor) -> None:
    """Look at a page on a wide and on a narrow screen."""
    for width, height in (PHONE, DESKTOP):
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.look()


def test_a_machine_that_is_left_locks_and_what_was_filled_in_is_there_afterwards(
    new_visitor: NewVisitor, valkey: object, settings: Settings
) -> None:
    settings.STAFF_IDLE = timedelta(minutes=15)
    now = timezone.now().replace(second=0, microsecond=0)
    clinic = make_clinic()
    make_lot(clinic=clinic)
    session = make_session(starts_at=now - timedelta(hours=1), now=now - timedelta(days=7))
    kari = make_nurse()
    waiting = make_arrival(session=session, by=kari, now=now)
    make_vial(clinic=clinic, by=kari, now=now)
    desk = new_visitor(DESKTOP)
    device = with_a_device(desk)

    # In with password and code; a passkey for the next time.
    log_in(desk, kari)
    desk.open("/ansatt/konto/passnokler/ny/")
    desk.page.fill("input[name=password]", PASSWORD)
    desk.press("Bekreft")
    desk.page.get_by_role("button", name="Legg til passnøkkel").click()
    desk.page.wait_for_url(lambda url: "/ny/" not in url)
    desk.press("Kari Nes")
    desk.reads("Innloggingene dine", "Chrome, Linux", "Du er ikke logget inn andre steder")
    look_twice(desk)

    # Half a form, and away. A minute before the end the page asks, and one press is enough.
    desk.open(f"/tavle/{session.pk}/person/{waiting.pk}/")
    box = desk.page.locator("input[name=yes][value=fever_over_38]")
    box.check()
    leave(desk.page, kari, minutes=14, seconds=20)
    expect(desk.page.get_by_role("button", name="Jeg er her")).to_be_visible()
    look_twice(desk)
    desk.page.get_by_role("button", name="Jeg er her").click()
    expect(desk.page.get_by_role("button", name="Jeg er her")).to_be_hidden()

    # Nobody presses: the page hides what stands there, and keeps it.
    leave(desk.page, kari, minutes=15)
    unlock = desk.page.get_by_role("link", name="Lås opp")
    expect(unlock).to_be_visible()
    text = desk.page.inner_text("body")
    assert "Kari Nes" not in text
    assert waiting.patient.family_name not in text
    expect(box).to_be_hidden()
    look_twice(desk)
    with desk.page.context.expect_page() as opened:
        unlock.click()
    window = Visitor(opened.value, desk.home, None, faults=desk.faults)
    hand_over(device, with_a_device(window), window.page)
    window.page.get_by_role("button", name="Bruk passnøkkel").click()
    window.page.wait_for_url(lambda url: "/bytt/" not in url)
    window.page.close()
    expect(box).to_be_visible(timeout=ROUNDS)
    expect(box).to_be_checked()
    desk.press("Spurt om alt: ja på det som er krysset av")
    desk.reads("Feber over 38")

    # The board on the wall: no names, and back by passkey.
    desk.open(f"/tavle/{session.pk}/")
    leave(desk.page, kari, minutes=15)
    locked = desk.page.get_by_role("alert").filter(has_text="Tavla er låst")
    expect(locked).to_be_visible(timeout=ROUNDS)
    text = desk.page.inner_text("body")
    assert "Kari Nes" not in text
    assert waiting.patient.family_name not in text
    look_twice(desk)
    desk.press("Åpne med passnøkkel")
    desk.page.get_by_role("button", name="Bruk passnøkkel").click()
    desk.page.wait_for_url(lambda url: "/bytt/" not in url)
    desk.reads("Kari Nes")

    # An administrator ends it, and makes a link: the same board, locked within seconds.
    root = Actor.system()
    why = StaffLogin.Ended.ADMIN
    assert end_logins(staff=kari, why=why, by=root, now=timezone.now()) == 1
    expect(locked).to_be_visible(timeout=ROUNDS)
    token = reset_second_factor(staff=kari, by=root, now=timezone.now())
    desk.open(f"/ansatt/konto/invitasjon/{token}/")
    look_twice(desk)
    desk.page.fill("input[name=password1]", PASSWORD)
    desk.page.fill("input[name=password2]", PASSWORD)
    desk.press("Gå videre")
    secret = desk.page.locator("dd.code").inner_text().strip()
    desk.page.fill("input[name=code]", app_code(secret, timezone.now()))
    desk.press("Legg til")
    desk.reads("Reservekoder")
    desk.press("Ferdig")
    desk.press("Kari Nes")
    desk.reads("passord og app")
    desk.open(f"/ansatt/konto/invitasjon/{token}/")
    desk.reads("Lenken virker ikke")
    look_twice(desk)
    desk.expected_failures("404|Failed to load resource")


def hand_over(device: CDPSession, other: CDPSession, page: Page) -> None:
    """Give another window's device the passkeys of the first: to a person they are one."""
    page.wait_for_load_state()
    [mine, theirs] = [each.authenticator for each in (device, other)]
    found = device.send("WebAuthn.getCredentials", {"authenticatorId": mine})
    for credential in found["credentials"]:
        other.send("WebAuthn.addCredential", {"authenticatorId": theirs, "credential": credential})
