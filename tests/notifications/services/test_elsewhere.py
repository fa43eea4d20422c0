"""Somebody who is reached in another way by now is written to there instead, and only there."""

from dataclasses import replace

import pytest

from notifications.models import Message
from notifications.services.claims import claim
from notifications.services.delivery import deliver_due
from notifications.services.outbox import queue_instead
from notifications.services.preparing import prepare
from notifications.words import fate_in_words
from tests.notifications.sample_kind import ALICE, NOW

pytestmark = pytest.mark.django_db(transaction=True)
BY_EMAIL = replace(ALICE, contact_by="email")


def ends():
    rows = Message.objects.order_by("-channel").values_list("channel", "state", "fate")
    return list(rows)


def test_the_old_number_is_not_written_to_and_the_new_address_is(
    a_message, clock, outbox_dir, mailoutbox
):
    message = a_message(recipient=BY_EMAIL, occasion="week")

    deliver_due(now=clock)
    deliver_due(now=clock)

    assert ends() == [("sms", "skipped", "elsewhere"), ("email", "sent", "")]
    assert not list(outbox_dir.glob("sms/*"))
    assert [email.to for email in mailoutbox] == [[ALICE.email]]
    instead = Message.objects.get(channel="email")
    assert (instead.subject_id, instead.occasion) == (message.subject_id, "week")
    message.refresh_from_db()
    assert str(fate_in_words(message).meaning).startswith("Personen får nå meldinger på en annen")


def test_what_has_been_written_there_already_is_not_written_again(a_message, clock, mailoutbox):
    old = a_message(recipient=BY_EMAIL)
    a_message(recipient=BY_EMAIL, channel="email", subject_id=old.subject_id)

    deliver_due(now=clock)
    deliver_due(now=clock)

    assert ends() == [("sms", "skipped", "elsewhere"), ("email", "sent", "")]
    assert len(mailoutbox) == 1


def test_a_sender_that_dies_in_between_leaves_nobody_without_and_nobody_with_two(
    a_message, clock, mailoutbox
):
    a_message(recipient=BY_EMAIL)
    prepared = prepare(claim(now=NOW, limit=10).messages, now=NOW)
    queue_instead(prepared.elsewhere, now=NOW)
    # Here it dies. The lease runs out, and the next one does it all again.
    clock.forward(minutes=10)

    deliver_due(now=clock)
    deliver_due(now=clock)

    assert ends() == [("sms", "skipped", "elsewhere"), ("email", "sent", "")]
    assert len(mailoutbox) == 1


def test_one_that_is_sent_again_goes_where_the_person_is_reached(a_message, clock, mailoutbox):
    a_message(recipient=BY_EMAIL, round=2)
    deliver_due(now=clock)
    assert Message.objects.get(channel="email").round == 2


def test_who_wants_none_and_left_no_address_is_on_the_list_of_those_to_call(a_message, clock):
    a_message(recipient=replace(ALICE, contact_by="none", phone=""))
    deliver_due(now=clock)
    assert ends() == [("sms", "failed", "no_address")]
