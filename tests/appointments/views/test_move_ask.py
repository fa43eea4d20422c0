"""The page that asks somebody to come at another time: no login, and a GET changes nothing."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client, override_settings

from appointments.models import MoveAsk
from appointments.services.booking import cancel
from appointments.services.repairs import finish_due_repairs
from audit.domain import Actor
from notifications.models import Message
from notifications.services.delivery import deliver_due
from tests.appointments.services.cutoff import (
    CUTOFF,
    DEADLINE,
    early_people,
    eve,
    late_person,
    start,
    take_target,
)
from tests.care.dayboard.pages import text
from tests.factories import at, make_patient, make_session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_mail_in_memory")]

LINK = re.compile(r"http://127\.0\.0\.1:\d+(/[\w/-]+/[\w-]{22}/)")
FORBIDDEN = re.compile(r"mpox|apekopp|vaksin|vaccin|dose|gruppe|group|pox|hiv|prep", re.IGNORECASE)


@pytest.fixture
def _mail_in_memory():
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield


@pytest.fixture
def clock():
    with time_machine.travel(CUTOFF, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session():
    made = make_session()
    early_people(made)
    return made


def ask_alice(session, language="nb"):
    """Ask Alice, and send what is due; return her appointment and what she got."""
    patient = make_patient(
        given_name="Alice", email="alice@example.org", contact_by="email", language=language
    )
    late = late_person(session, patient=patient)
    start(session)
    mail.outbox.clear()
    deliver_due(now=lambda: CUTOFF)
    return late, next(m for m in mail.outbox if "16.50" in m.subject or "16:50" in m.subject)


def opened(client, message):
    return client.get(LINK.search(message.body)[1], follow=True)


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("nb", "Kan du komme kl. 16.50 torsdag 26. november?"),
        ("nn", "Kan du kome kl. 16.50 torsdag 26. november?"),
        ("en", "Can you come at 16:50 on Thursday 26 November?"),
    ],
)
def test_the_question_is_discreet_and_in_the_persons_language(clock, session, language, subject):
    _late, message = ask_alice(session, language)

    assert message.subject == subject
    assert "19.00" in message.body or "19:00" in message.body
    assert not FORBIDDEN.search(LINK.sub("", f"{message.from_email} {subject} {message.body}"))


def test_the_link_opens_the_question_without_a_login_and_changes_nothing(client, clock, session):
    _late, message = ask_alice(session)

    for _ in range(2):  # a mail scanner follows every link
        page = text(opened(client, message))

    assert "Kan du komme kl. 16.50 i stedet?" in page
    assert "Du har time torsdag 26. november kl. 19.30" in page
    assert "Ja, jeg kan komme kl. 16.50" in page
    assert MoveAsk.objects.get().state == "asked"


def test_the_page_does_not_say_what_the_appointment_is_for(client, clock, session):
    _late, message = ask_alice(session)

    response = opened(client, message)

    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]
    title = re.search(r"<title>.*?</title>", response.content.decode(), re.DOTALL)[0]
    assert not FORBIDDEN.search(title + main)


def say(client, answer):
    ask = MoveAsk.objects.get()
    return client.post(f"/annen-tid/{ask.pk}/", {"velg": answer}, follow=True)


def test_yes_is_noted_and_the_page_says_what_holds_until_then(client, clock, session):
    _late, message = ask_alice(session)
    opened(client, message)

    page = text(say(client, "yes"))

    assert "Takk for at du kan flytte" in page
    assert "senest onsdag 25. november kl. 19.00" in page
    assert "kl. 19.30" in page
    assert "Nei, jeg beholder tiden min" in page


def test_after_the_move_the_page_shows_the_new_time_and_a_message_came(client, clock, session):
    _late, message = ask_alice(session)
    opened(client, message)
    say(client, "yes")
    finish_due_repairs(now=CUTOFF + timedelta(minutes=1))

    page = text(client.get(f"/annen-tid/{MoveAsk.objects.get().pk}/"))

    assert "Timen din er flyttet" in page
    assert "kl. 16.50" in page
    deliver_due(now=lambda: CUTOFF + timedelta(minutes=2))
    assert mail.outbox[-1].subject == "Timen din er flyttet til torsdag 26. november kl. 16.50"


def test_no_keeps_the_time(client, clock, session):
    _late, message = ask_alice(session)
    opened(client, message)

    page = text(say(client, "no"))

    assert "Du beholder tiden din" in page
    assert "kl. 19.30" in page
    assert "Ja, jeg kan komme" not in page


def test_a_yes_that_is_not_needed_is_thanked_for(client, clock, session):
    _late, message = ask_alice(session)
    opened(client, message)
    say(client, "yes")
    take_target(MoveAsk.objects.get())
    finish_due_repairs(now=eve("17.00"))

    assert "Det trengs ikke lenger" in text(client.get(f"/annen-tid/{MoveAsk.objects.get().pk}/"))
    deliver_due(now=lambda: eve("17.01"))
    kept = next(m for m in mail.outbox if "som før" in m.subject)
    assert kept.subject == "Timen din er som før: torsdag 26. november kl. 19.30"
    assert not FORBIDDEN.search(LINK.sub("", kept.body))


def test_an_answer_too_late_is_told_calmly_what_holds(client, clock, session):
    _late, message = ask_alice(session)
    opened(client, message)
    clock.move_to(DEADLINE)

    page = text(say(client, "yes"))

    assert "Du beholder tiden din Svarfristen er ute" in page
    assert "kl. 19.30" in page


def test_after_cancelling_the_question_holds_no_longer(client, clock, session):
    late, message = ask_alice(session)
    opened(client, message)
    cancel(appointment_id=late.pk, by=Actor.system(), now=CUTOFF)

    page = text(say(client, "yes"))

    assert "Spørsmålet gjelder ikke lenger" in page
    assert "Ja, jeg kan komme" not in page


def test_an_answer_that_is_neither_yes_nor_no_asks_again(client, clock, session):
    _late, message = ask_alice(session)
    opened(client, message)

    assert "Ja, jeg kan komme" in text(say(client, "perhaps"))
    assert MoveAsk.objects.get().state == "asked"


def test_two_devices_see_the_same_answer(client, clock, session):
    _late, message = ask_alice(session)
    other = Client()
    opened(client, message)
    opened(other, message)

    say(client, "no")

    assert "Takk for svaret. Ingenting er endret." in text(say(other, "yes"))


def test_the_message_is_not_sent_when_its_time_is_over(clock, session):
    late_person(session)
    start(session)
    late = MoveAsk.objects.get().appointment

    deliver_due(now=lambda: DEADLINE)

    fate = Message.objects.values_list("state", "fate").get(kind="move_asked")
    assert fate == ("skipped", "answered")
    assert at("19.30") == late.slot.starts_at
