"""What can be stopped says how, and is not sent to who has stopped it."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.core import mail

from notifications.domain.kinds import StopLink
from notifications.models import Message
from notifications.selectors import written_messages
from notifications.services import registry, stopping
from notifications.services.delivery import deliver_due
from notifications.words import fate_in_words
from tests.notifications.sample_kind import ALICE

pytestmark = pytest.mark.django_db(transaction=True)
SOMEBODY = replace(ALICE, person_id=UUID(int=7))


def link_for(people, now):
    return {
        pk: StopLink(f"https://x.example/s/{person.int}/", f"https://x.example/s/{person.int}/ja/")
        for pk, person in people.items()
    }


@pytest.fixture
def stoppable(monkeypatch, sample):
    monkeypatch.setitem(
        registry._kinds, "sample", replace(registry._kinds["sample"], stoppable=True)
    )
    monkeypatch.setattr(stopping, "_makers", [link_for])
    return sample


def send(clock, outbox_dir):
    """Send what is due; return the words of each, SMS first."""
    deliver_due(now=clock)
    return [one.text for one in written_messages()] + [one.body for one in mail.outbox]


def test_an_sms_that_can_be_stopped_ends_with_how(stoppable, a_message, clock, outbox_dir):
    a_message(recipient=SOMEBODY)
    [sms] = send(clock, outbox_dir)
    assert sms.endswith(" Stopp: https://x.example/s/7/")


def test_it_says_so_in_the_recipients_language(stoppable, a_message, clock, outbox_dir):
    a_message(channel="email", recipient=replace(SOMEBODY, language="en"))
    [email] = send(clock, outbox_dir)
    assert "Do you not want more messages like this?\nhttps://x.example/s/7/" in email


def test_a_mail_program_can_stop_it_with_one_click(stoppable, a_message, clock, outbox_dir):
    a_message(channel="email", recipient=SOMEBODY)
    send(clock, outbox_dir)
    [email] = mail.outbox
    headers = email.message()
    assert headers["List-Unsubscribe"] == "<https://x.example/s/7/ja/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_cannot_be_stopped_offers_no_stop(sample, a_message, clock, outbox_dir, monkeypatch):
    monkeypatch.setattr(stopping, "_makers", [link_for])
    a_message(channel="email", recipient=SOMEBODY)
    a_message(recipient=SOMEBODY)
    assert not any("x.example" in words for words in send(clock, outbox_dir))
    assert "List-Unsubscribe" not in mail.outbox[0].message()


def test_who_is_known_by_an_address_only_has_no_link(stoppable, a_message, clock, outbox_dir):
    a_message()
    [sms] = send(clock, outbox_dir)
    assert "Stopp" not in sms


def test_what_was_stopped_is_not_sent_and_the_log_says_why(stoppable, a_message, clock, outbox_dir):
    subject = uuid4()
    stopped = replace(SOMEBODY, stopped=frozenset({"sms"}))
    by_sms = a_message(subject_id=subject, recipient=stopped)
    by_email = a_message(subject_id=subject, channel="email", recipient=stopped)
    assert len(send(clock, outbox_dir)) == len(mail.outbox) == 1
    by_sms.refresh_from_db()
    by_email.refresh_from_db()
    assert (by_sms.state, by_sms.fate) == (Message.State.SKIPPED, "stopped")
    assert by_email.state == Message.State.SENT
    assert fate_in_words(by_sms).meaning == "Personen har stoppet slike meldinger."


def test_a_stop_keeps_back_nothing_that_cannot_be_stopped(sample, a_message, clock, outbox_dir):
    a_message(recipient=replace(SOMEBODY, stopped=frozenset({"sms", "email"})))
    assert len(send(clock, outbox_dir)) == 1
