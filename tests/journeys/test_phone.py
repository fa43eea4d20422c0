"""A nurse books for somebody on the phone from the keyboard alone, and prints the slip."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.models import Appointment
from clinics.domain.calendar import OSLO
from tests.browser import DESKTOP
from tests.factories import make_booking, make_clinic, make_session
from tests.invariants import assert_integrity
from tests.journeys.staff import log_in, make_nurse

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# For a man in group 3, in the order in which the questions show: one key each, and Tab.
BEFORE_RISK = [
    ("symptomer", "n"),
    ("smitte", "n"),
    ("allergi", "n"),
    ("tidligere-sykdom", "n"),
    ("number", "n"),
    ("arbeid", "n"),
    ("kjonn", "m"),
    ("partnere", "j"),
    ("forebygging", "n"),
    ("oppfolging", "n"),
    ("betaling", "n"),
    ("vaner", "j"),
]
AFTER_RISK = [
    ("prover", "n"),
    ("barndom", "n"),
    ("immunforsvar", "n"),
    ("graviditet", "n"),
    ("hud", "n"),
]
RISKS = 5
# What a person types by hand, slowly: three keys a second.
KEYS_A_SECOND, SECONDS = 3, 30


class Keyboard:
    """Nothing but keys, which are counted."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def types(self, text):
        for sign in text:
            self.press(sign)

    def press(self, *keys):
        for key in keys:
            self.pressed += 1
            self.page.keyboard.press(key)

    def opens(self, *keys):
        with self.page.expect_navigation():
            self.press(*keys)

    def answers(self, asked):
        for name, key in asked:
            assert self.at() == name, f"{self.at()} has the focus, not {name}"
            self.press(key, "Tab")

    def at(self):
        return self.page.evaluate("document.activeElement.name || document.activeElement.tagName")


@pytest.fixture
def coming():
    """Tomorrow's session, with somebody whose vial can be shared, and one a week later."""
    tomorrow = (timezone.now() + timedelta(days=1)).astimezone(OSLO)
    starts_at = tomorrow.replace(hour=10, minute=0, second=0, microsecond=0)
    session = make_session(clinic=make_clinic(), starts_at=starts_at, now=timezone.now())
    make_booking(session=session, clock="11.00", now=timezone.now())
    make_session(starts_at=starts_at + timedelta(days=7), now=timezone.now())
    return session


@pytest.fixture
def kari(new_visitor, valkey):
    visitor = new_visitor(DESKTOP)
    log_in(visitor, make_nurse())
    return visitor


def test_from_the_first_key_to_the_printed_slip(coming, kari):
    kari.press("Bestill på telefon")
    keys, page, began = Keyboard(kari.page), kari.page, time.monotonic()

    keys.types("Alice")
    keys.press("Tab")
    keys.types("Aas")
    keys.press("Tab")
    keys.types("140391")
    keys.press("Tab", "Tab", "Space", "Tab", "Tab", "Tab", "Tab")  # neither telephone nor e-mail
    keys.answers(BEFORE_RISK)
    keys.press("Space", *["Tab"] * RISKS)
    keys.answers(AFTER_RISK)
    assert keys.at() == "slot"
    keys.press("ArrowDown")
    with page.expect_navigation() as one_page:
        keys.press("Enter")
    booked_in, pressed = time.monotonic() - began, keys.pressed
    kari.look()

    assert "/time/" in one_page.value.url, "one page, and the booking is made"
    booked = Appointment.objects.exclude(patient__contact_by="sms").get()
    assert (booked.patient.name, booked.status, booked.seat) == ("Alice Aas", "booked", 1)
    assert booked.slot.starts_at == coming.starts_at + timedelta(minutes=10), "one key away"
    assert pressed / KEYS_A_SECOND < SECONDS, f"{pressed} keys"
    assert booked_in < SECONDS
    print(f"{pressed} keys, {booked_in:.1f} s by machine")  # noqa: T201

    kari.reads("Timen er bestilt.", "Skriv ut lappen, eller les opp tid og sted.")
    keys.opens("Enter")
    kari.look()
    assert page.evaluate("document.activeElement.hasAttribute('data-print')")
    page.evaluate("window.print = () => { window.printed = true }")
    keys.press("Enter")
    assert page.evaluate("window.printed") is True
    assert_one_small_page(page.pdf(prefer_css_page_size=True))
    page.emulate_media(media="print")
    assert page.inner_text("body").split()[:2] == ["Timen", "din"], "nothing but the slip"
    page.emulate_media(media="screen")
    assert_integrity()


def assert_one_small_page(pdf):
    boxes = re.findall(rb"/MediaBox ?\[0 0 (\d+)[\d.]* (\d+)[\d.]*\]", pdf)
    assert boxes == [(b"420", b"594")], "one A5 page"


def test_what_is_missed_is_shown_and_nothing_is_lost(coming, kari):
    kari.open("/ansatt/nydalen/bestill/")
    keys, page = Keyboard(kari.page), kari.page
    keys.types("Alice")
    keys.press("Tab")
    keys.types("Aas")
    keys.press("Tab")
    keys.types("310291")
    keys.press("Tab")
    keys.types("41234567")
    keys.opens("Enter")
    kari.look()
    kari.reads("Skriv en dato som finnes")
    assert page.input_value("[name=contact]") == "41234567"

    page.fill("[name=birth_date]", "140391")
    keys.opens("Enter")
    kari.look()
    kari.reads("Spør, og velg svaret: Har du nå utslett, blemmer eller sår som kan være mpox?")
    # A question that the answers have hidden shows when the rules ask for it after all.
    assert page.is_hidden("#id_smittedato")
    page.select_option("#id_symptomer", "no")
    page.select_option("#id_smitte", "yes")
    assert page.is_visible("#id_smittedato")


def test_a_caller_is_found_moved_and_cancelled_from_the_keyboard(coming, kari):
    booked = make_booking(session=coming, clock="12.00", now=timezone.now())
    kari.press("Finn en person")
    keys = Keyboard(kari.page)
    keys.types("140391")
    keys.press("Tab")
    keys.types(booked.patient.given_name)
    keys.press("Tab")
    keys.types(booked.patient.phone)
    keys.opens("Enter")
    kari.look()
    keys.opens("Enter")  # "Flytt timen" has the focus
    kari.look()

    kari.page.get_by_label("12.30").first.focus()
    keys.press("Space")
    keys.opens("Enter")
    booked.refresh_from_db()
    assert booked.slot.starts_at == coming.starts_at + timedelta(hours=2, minutes=30)

    kari.press("Avbestill")
    kari.press("Ja, avbestill timen")
    kari.reads("Timen er avbestilt.")
    booked.refresh_from_db()
    assert booked.status == "cancelled"
    assert_integrity()
