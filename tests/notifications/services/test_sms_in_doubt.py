"""An SMS whose first attempt nobody saw the end of, through the outbox and a provider."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from notifications import gateways
from notifications.services.delivery import deliver_due
from notifications.sinch import SinchGateway
from tests.invariants import assert_integrity
from tests.notifications import sinch_server as moods
from tests.notifications.sample_kind import ALICE, NOW
from tests.notifications.sinch_server import says

pytestmark = pytest.mark.django_db(transaction=True)
IN_DOUBT = [
    moods.takes_and_falls_silent,
    moods.takes_and_hangs_up,
    moods.takes_and_says(500),
    moods.takes_and_says(201, b"<html>"),
]


@pytest.mark.parametrize("mood", IN_DOUBT, ids=["silent", "cut off", "500", "html"])
def test_what_the_provider_took_is_found_and_sent_once(server, a_message, clock, mood):
    message = a_message()
    server.next = [mood]
    assert deliver_due(now=clock) == {"waiting": 1}
    message.refresh_from_db()
    assert message.fate == "interrupted"
    clock.forward(minutes=2)
    assert deliver_due(now=clock) == {"sent": 1}
    [batch] = server.sent_to(str(message.pk))
    message.refresh_from_db()
    assert (message.provider_reference, message.attempts, message.fate) == (batch["id"], 2, "")
    assert_integrity(now=clock())


def test_without_asking_first_it_is_sent_twice(server, a_message, clock, monkeypatch):
    """The control: the same provider, asked for nothing."""
    monkeypatch.setattr(gateways, "SearchableGateway", type("Nobody", (), {}))
    message = a_message()
    server.next = [moods.takes_and_falls_silent]
    deliver_due(now=clock)
    clock.forward(minutes=2)
    deliver_due(now=clock)
    assert len(server.sent_to(str(message.pk))) == 2


def test_what_the_provider_never_got_is_sent_once_it_says_so(server, a_message, clock):
    message = a_message()
    server.next = [moods.hangs_up, says(500)]
    assert deliver_due(now=clock) == {"waiting": 1}
    clock.forward(minutes=2)
    assert deliver_due(now=clock) == {"waiting": 1}
    assert server.batches == []
    clock.forward(minutes=6)
    assert deliver_due(now=clock) == {"sent": 1}
    assert len(server.sent_to(str(message.pk))) == 1


def test_the_look_up_begins_before_the_message_was_written(server, a_message, clock, monkeypatch):
    asked = []
    find = SinchGateway.find
    monkeypatch.setattr(
        SinchGateway, "find", lambda self, **given: (asked.append(given), find(self, **given))[1]
    )
    message = a_message(created_at=NOW - timedelta(days=5), fate="interrupted", attempts=1)
    assert deliver_due(now=clock) == {"sent": 1}
    assert asked == [{"reference": str(message.pk), "since": NOW - timedelta(days=5)}]


def test_a_first_attempt_asks_for_nothing(server, a_message, clock):
    a_message()
    deliver_due(now=clock)
    assert server.asked == ["POST"]


def test_throttled_it_comes_back_when_it_is_told_to_and_not_sooner(server, a_message, clock):
    message = a_message()
    server.next = [says(429, Retry_After="900")]
    assert deliver_due(now=clock) == {"waiting": 1}
    message.refresh_from_db()
    assert message.due_at == NOW + timedelta(minutes=15)
    clock.forward(minutes=14)
    assert deliver_due(now=clock) == {}
    clock.forward(minutes=2)
    assert deliver_due(now=clock) == {"sent": 1}


def test_a_short_wait_is_not_shorter_than_ours(server, a_message, clock):
    message = a_message()
    server.next = [says(429, Retry_After="1")]
    deliver_due(now=clock)
    message.refresh_from_db()
    assert message.due_at == NOW + timedelta(minutes=1)


def test_a_number_that_does_not_exist_holds_up_nobody(server, sample, a_message, clock):
    wrong = a_message(subject_id=uuid4(), recipient=replace(ALICE, phone="12"))
    right = [a_message() for _ in range(5)]
    assert deliver_due(now=clock) == {"failed": 1, "sent": 5}
    wrong.refresh_from_db()
    assert wrong.fate == "refused"
    assert len(server.batches) == len(right)
