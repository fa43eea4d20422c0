"""Somebody whose times are not open yet asks to be told, is told, and leaves with one press."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from appointments.services.waves import send_waves
from clinics.domain.calendar import oslo_date
from clinics.models import GroupOffer
from eligibility.models import GroupInterest
from notifications.services.delivery import deliver_due
from tests.browser import PHONE
from tests.factories import by_day, make_clinic, make_session
from tests.invariants import assert_integrity
from tests.journeys.answers import answer_all

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FORBIDDEN = re.compile(r"mpox|apekopp|vaksin|vaccin|dose|gruppe|group|pox|hiv|prep", re.IGNORECASE)
WORDS = {
    "nb": {
        "switch": None,
        "begin": "Sjekk om du får tilbud",
        "next": "Fortsett",
        "ask": "Få beskjed",
        "send": "Send kode",
        "noted": "Vi gir deg beskjed",
        "now": "Nå er det ledige timer",
        "leave": "Ta meg av listen",
        "left": "Du er ikke på listen",
        "opens": "åpner",
    },
    "nn": {
        "switch": "Nynorsk",
        "begin": "Sjekk om du får tilbod",
        "next": "Hald fram",
        "ask": "Få beskjed",
        "send": "Send kode",
        "noted": "Vi gir deg beskjed",
        "now": "No er det ledige timar",
        "leave": "Ta meg av lista",
        "left": "Du er ikkje på lista",
        "opens": "opnar",
    },
    "en": {
        "switch": "English",
        "begin": "Check if you are offered it",
        "next": "Continue",
        "ask": "Let me know",
        "send": "Send code",
        "noted": "We will let you know",
        "now": "There are free appointments",
        "leave": "Take me off the list",
        "left": "You are not on the list",
        "opens": "opens",
    },
}


@pytest.fixture
def mailbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_from_not_open_yet_to_a_message_and_off_the_list(language, new_visitor, mailbox, valkey):
    now, words = timezone.now(), WORDS[language]
    clinic = make_clinic(groups=(2,))
    offer = GroupOffer.objects.create(
        clinic=clinic, priority_group=3, valid_from=oslo_date(now) + timedelta(days=9)
    )
    alice = new_visitor(PHONE)
    alice.open("/")
    if words["switch"]:
        alice.press(words["switch"])
    alice.press(words["begin"])
    answer_all(alice, words["next"])
    alice.reads(words["opens"])
    alice.press(words["ask"])
    alice.press(words["send"])  # nothing is filled in: what is wrong is said
    alice.page.check("input[name=clinic]")
    alice.page.check("input[name=channel][value=email]")
    alice.page.fill("input[name=email]", "alice@example.org")
    alice.page.check("input[name=consent]")
    alice.press(words["send"])
    alice.page.fill("input[name=code]", re.search(r"\b\d{6}\b", mailbox[-1].body)[0])
    alice.press(words["next"])
    alice.reads(words["noted"])

    offer.valid_from = oslo_date(now)
    offer.save()
    make_session(starts_at=now + timedelta(days=3), now=now)
    assert send_waves(now=timezone.now()) == 1
    deliver_due(now=lambda: by_day(timezone.now()))

    messages = mailbox[-2:]
    said = " ".join(f"{one.subject} {one.body}" for one in messages)
    # A link's random letters may spell a short one of these words inside another.
    assert not FORBIDDEN.search(re.sub(r"http\S+", "", said))
    told = next(one for one in messages if words["now"] in one.subject)
    bob = new_visitor(PHONE)  # another browser: the link alone leads there
    bob.open(re.search(r"http\S+", told.body)[0].replace("http://127.0.0.1:8000", ""))
    bob.reads(words["now"])
    assert not FORBIDDEN.search(" ".join(bob.seen) + bob.page.url)
    bob.press(words["leave"])
    bob.reads(words["left"])
    assert GroupInterest.objects.get().contact is None
    assert_integrity()
