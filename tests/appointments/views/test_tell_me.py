"""Asking to be told of times: who may, what is said, and what a lost thread leads to."""

import re
from datetime import date

import pytest
from django.core import mail

from clinics.models import GroupOffer
from eligibility.models import GroupInterest
from notifications.services.delivery import deliver_due
from tests.appointments.views.line import ALICE, Booker, newest_code
from tests.factories import BEFORE, make_clinic

ASK, CODE = "/beskjed/", "/beskjed/kode/"
WISH = {"clinic": "nydalen", "channel": "email", "email": ALICE, "consent": "yes"}
FORBIDDEN = re.compile(r"mpox|apekopp|vaksin|vaccin|dose|gruppe|group|pox|hiv|prep", re.IGNORECASE)


@pytest.fixture
def closed(moment, mailbox, valkey):
    """A clinic that does not offer group 3 yet."""
    return make_clinic(groups=(2,))


def wishing(booker: Booker) -> Booker:
    booker.answers()
    booker.post(ASK, WISH)
    booker.post(CODE, {"code": newest_code()})
    return booker


def test_the_page_of_places_says_from_when_and_leads_to_being_told(closed, alice):
    GroupOffer.objects.create(clinic=closed, priority_group=3, valid_from=date(2026, 12, 1))
    alice.answers()
    alice.get("/time/")

    assert "Nydalen legesenter: åpner 1. desember 2026" in alice.words
    assert 'href="/beskjed/"' in alice.html


def test_a_proved_contact_is_kept_and_shown_its_way_off(closed, alice):
    wishing(alice)

    kept = GroupInterest.objects.get()
    assert (kept.priority_group, kept.contact["address"]) == ("3", ALICE)
    assert alice.path == f"/beskjed/{kept.pk}/"
    assert "Vi gir deg beskjed" in alice.words


def test_nothing_is_kept_before_the_code(closed, alice):
    alice.answers()
    alice.post(ASK, WISH)
    assert alice.path == CODE
    alice.post(CODE, {"code": "000000"})
    assert not GroupInterest.objects.exists()


def test_one_press_leaves_and_another_is_harmless(closed, alice):
    wishing(alice)
    leave = f"{alice.path}av/"
    for _ in range(2):
        alice.post(leave, {})
        assert "Du er ikke på listen" in alice.words
    assert GroupInterest.objects.get().contact is None


def test_a_contact_that_is_proved_already_needs_one_press_and_no_code(closed, alice):
    wishing(alice)
    sent = len(mail.outbox)
    alice.answers()
    alice.post(ASK, WISH)
    assert "Ja, gi meg beskjed" in alice.words
    alice.post(CODE, {})

    assert len(mail.outbox) == sent
    assert GroupInterest.objects.count() == 1


def test_a_get_of_the_code_page_keeps_nothing(closed, alice):
    wishing(alice)
    GroupInterest.objects.all().delete()
    alice.answers()
    alice.post(ASK, WISH)
    alice.get(CODE)
    assert not GroupInterest.objects.exists()


@pytest.mark.parametrize("answers", [{"smitte": "yes", "smittedato": "17.11.2026"}, {}])
def test_who_waits_for_no_times_is_led_where_they_belong(closed, alice, answers):
    if answers:
        alice.answers(**answers, kontakt="sexual")
    alice.get(ASK)
    assert alice.path in {"/", "/sjekk/svar/"}


def test_after_a_pause_the_code_page_leads_to_the_beginning(closed, alice):
    alice.answers()
    alice.post(ASK, WISH)
    alice.pause()
    alice.get(CODE)
    assert alice.path == "/"


def test_the_confirmation_says_nothing_of_what_it_is_about_and_leads_off(closed, alice):
    wishing(alice)
    deliver_due(now=lambda: BEFORE)
    message = mail.outbox[-1]
    assert not FORBIDDEN.search(f"{message.subject} {message.body}".replace("/beskjed/l/", ""))
    link = re.search(r"http\S+", message.body)[0]

    bob = Booker()
    bob.get(link.partition("8000")[2] or link)

    assert "Ta meg av listen" in bob.words


def test_a_stranger_does_not_see_the_wish(closed, alice):
    wishing(alice)
    page = alice.path
    bob = Booker()
    bob.get(page)
    assert bob.path == "/min-time/"
