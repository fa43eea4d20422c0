"""What hurried people do to forms, in a real browser: twice, backwards, in two tabs, too late."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from appointments.models import Appointment
from clinics.domain.calendar import OSLO, oslo_date
from tests.factories import make_booking, make_clinic, make_lot, make_session
from tests.journeys.answers import answer_all
from tests.journeys.staff import log_in, make_nurse
from vaccinations.models import Vial

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LET_GO = "Vi holder ikke av timen lenger. Velg en tid på nytt."


@pytest.fixture
def evening(settings, valkey):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    day = oslo_date(timezone.now()) + timedelta(days=7)
    starts_at = datetime.combine(day, time(16), tzinfo=OSLO)
    session = make_session(clinic=make_clinic(), starts_at=starts_at, now=timezone.now())
    make_booking(session=session, clock="18.00", now=timezone.now() - timedelta(days=1))
    return session


def choose(alice, clock="17.50"):
    alice.page.get_by_label(clock).check()
    alice.press("Velg tid")


def to_the_times(alice):
    alice.open("/")
    alice.press("Sjekk om du får tilbud")
    answer_all(alice, "Fortsett")
    alice.press("Finn en time")


def prove(alice):
    alice.page.check("input[name=channel][value=email]")
    alice.page.fill("input[name=email]", "alice@example.org")
    alice.press("Send kode")
    alice.page.fill("input[name=code]", re.search(r"\b\d{6}\b", mail.outbox[-1].body)[0])
    alice.press("Fortsett")


def name(alice):
    alice.page.fill("input[name=given_name]", "Alice")
    alice.page.fill("input[name=family_name]", "Ås")
    alice.press("Fortsett")


def to_the_summary(alice):
    to_the_times(alice)
    choose(alice)
    prove(alice)
    name(alice)


def bookings():
    return Appointment.objects.filter(status="booked", patient__email_hash__gt="")


def test_a_double_click_books_once_and_back_leads_to_the_appointment(evening, new_visitor):
    alice = new_visitor()
    to_the_summary(alice)
    alice.page.get_by_role("button", name=re.compile("^Bestill")).dblclick()
    alice.page.wait_for_url(re.compile("/min-time/[0-9a-f-]{36}/"))
    alice.look()
    assert bookings().count() == 1

    alice.page.go_back()
    alice.look()
    alice.reads("Timen din")
    assert bookings().count() == 1


def test_a_time_chosen_in_a_second_tab_is_shown_before_it_is_booked_in_the_first(
    evening, new_visitor
):
    alice = new_visitor()
    to_the_summary(alice)
    other = alice.page.context.new_page()
    other.goto(f"{alice.home}/time/nydalen/")
    other.get_by_label("18.10").check()
    with other.expect_navigation():
        other.get_by_role("button", name="Velg tid").click()

    alice.press("Bestill")

    alice.reads("Noe er endret siden sist.", "kl. 18.10")
    assert not bookings().exists()
    alice.press("Bestill")
    assert bookings().get().slot.starts_at == evening.starts_at + timedelta(minutes=130)


def test_a_hold_that_ends_while_the_name_is_typed_keeps_the_name(evening, new_visitor):
    alice = new_visitor()
    to_the_times(alice)
    choose(alice)
    prove(alice)
    Appointment.objects.filter(status="held").update(held_until=timezone.now())

    name(alice)

    alice.reads(LET_GO)
    choose(alice, "18.10")
    alice.reads("Alice Ås")
    assert not bookings().exists()


def test_a_slot_taken_meanwhile_is_named_at_its_field_and_others_are_shown(evening, new_visitor):
    alice = new_visitor()
    to_the_times(alice)
    alice.page.get_by_label("17.50").check()
    for _ in range(evening.stations):
        make_booking(session=evening, clock="17.50", now=timezone.now())

    alice.press("Velg tid")

    alice.reads("Tiden er ikke ledig lenger. Velg en annen.")
    assert alice.page.locator("[aria-invalid=true]").count() > 0
    choose(alice, "18.10")
    alice.reads("Vi holder av")


@pytest.mark.parametrize("page", ["contact", "details", "summary"])
def test_cookies_cleared_in_the_middle_lead_to_a_page_in_words_and_book_nothing(
    evening, new_visitor, page
):
    alice = new_visitor()
    to_the_times(alice)
    choose(alice)
    if page != "contact":
        prove(alice)
    if page == "summary":
        name(alice)
    alice.page.context.clear_cookies()
    if page == "contact":
        alice.page.check("input[name=channel][value=email]")
        alice.page.fill("input[name=email]", "alice@example.org")
    if page == "details":
        alice.page.fill("input[name=given_name]", "Alice")
        alice.page.fill("input[name=family_name]", "Ås")
    with alice.page.expect_navigation():
        alice.page.locator("main form button[type=submit]").last.click()

    alice.look()
    alice.reads("Siden var åpen for lenge")
    alice.expected_failures(r"403 \(Forbidden\)")
    alice.press("Åpne siden på nytt")
    alice.reads("Det er gått en stund, så vi har slettet svarene dine.")
    assert not bookings().exists()


def test_a_double_click_opens_one_vial(new_visitor, valkey):
    nurse = make_nurse()
    now = timezone.now()
    session = make_session(
        clinic=make_clinic(),
        starts_at=now.replace(minute=0, second=0, microsecond=0),
        hours=4,
        now=now - timedelta(days=1),
    )
    make_lot(clinic=make_clinic(), expires_on=oslo_date(now) + timedelta(days=30))
    kari = new_visitor()
    log_in(kari, nurse)
    kari.open(f"/tavle/{session.pk}/glass/")
    kari.page.locator("input[name=lot]").first.check()
    kari.page.get_by_role("button", name="Åpne glasset nå").dblclick()
    kari.page.wait_for_url(re.compile(f"/tavle/{session.pk}/glass/[0-9a-f-]+/$"))
    kari.look()
    assert Vial.objects.count() == 1
