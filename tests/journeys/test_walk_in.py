"""A nurse takes in somebody without a time from the keyboard alone, within a minute."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.models import Appointment
from tests.browser import DESKTOP, PHONE
from tests.factories import make_booking, make_clinic, make_lot, make_session, make_vial
from tests.invariants import assert_integrity
from tests.journeys.staff import log_in, make_nurse, see_id
from tests.journeys.test_phone import AFTER_RISK, BEFORE_RISK, KEYS_A_SECOND, RISKS, Keyboard

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SECONDS = 60


@pytest.fixture
def under_way():
    """A session that has begun, with a vial open and nobody yet who needs it."""
    now = timezone.now()
    starts_at = (now - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    session = make_session(
        clinic=make_clinic(), starts_at=starts_at, hours=6, now=now - timedelta(days=1)
    )
    lot = make_lot(clinic=session.clinic)
    make_vial(clinic=session.clinic, lot=lot, now=now - timedelta(minutes=5), day=session.date)
    return session


@pytest.fixture
def visitor_of(new_visitor, valkey):
    def _visitor(size):
        visitor = new_visitor(size)
        log_in(visitor, make_nurse())
        return visitor

    return _visitor


def test_somebody_without_a_time_waits_within_a_minute(under_way, visitor_of):
    kari = visitor_of(DESKTOP)
    kari.open(f"/tavle/{under_way.pk}/")
    keys, page, began = Keyboard(kari.page), kari.page, time.monotonic()

    page.locator("#to-walk-in").focus()
    keys.opens("Enter")
    assert keys.at() == "given_name"
    for typed in ("Alice", "Aas", "140391", "41234567"):
        keys.types(typed)
        keys.press("Tab")
    keys.press("Tab", "Tab", "Tab", "Tab")
    keys.answers(BEFORE_RISK)
    keys.press("Space", *["Tab"] * RISKS)
    keys.answers(AFTER_RISK)
    assert keys.at() == "id_seen"
    keys.press("Space")
    keys.opens("Enter")
    took, seconds = time.monotonic() - began, keys.pressed / KEYS_A_SECOND

    kari.look()
    visit = Appointment.objects.get(walk_in=True)
    assert visit.status == "arrived"
    assert str(visit.pk) in page.url
    assert visit.patient.phone == "+4741234567"
    print(f"{keys.pressed} keys, {seconds:.0f} s by hand, {took:.1f} s by machine")  # noqa: T201
    assert seconds < SECONDS, f"{keys.pressed} keys"
    assert took < SECONDS
    assert_integrity()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_no_shows_delays_and_endings_look_right(size, under_way, visitor_of):
    before = under_way.starts_at - timedelta(days=1)
    clocks = [
        timezone.localtime(under_way.starts_at + timedelta(minutes=minutes)).strftime("%H.%M")
        for minutes in (0, 10, 300)
    ]
    for clock in clocks:
        make_booking(session=under_way, clock=clock, now=before)
    kari = visitor_of(size)
    kari.open(f"/tavle/{under_way.pk}/")
    kari.look()

    kari.follow(kari.page.locator("#to-missing"))
    kari.press("Noter som ikke møtt")
    kari.reads("2 er notert som ikke møtt")
    kari.look()
    kari.follow(kari.page.locator("[id^=done-]:not(#done-title)"))
    kari.press("Kom likevel")
    kari.look()
    see_id(kari)
    kari.follow(kari.page.locator("[id^=see-]"))
    kari.press("Går uten vaksine …")
    kari.look()
    kari.press("Avslutt besøket")
    kari.look()
    kari.reads("Velg hva som skjedde.")
    kari.page.get_by_label("Kunne ikke vente lenger").check()
    kari.page.get_by_label("Sett på ringelisten").check()
    kari.press("Avslutt besøket")
    kari.look()
    kari.press("Angre, besøket går videre")

    kari.open(f"/tavle/{under_way.pk}/forsinket/")
    kari.look()
    kari.page.get_by_label("30 min").check()
    kari.press("Se hvem som får melding")
    kari.look()
    kari.press("Meld 30 min forsinkelse")
    kari.reads("Forsinket ca. 30 min")
    kari.look()
    kari.open(f"/tavle/{under_way.pk}/uten-time/")
    kari.look()
    assert_integrity()
