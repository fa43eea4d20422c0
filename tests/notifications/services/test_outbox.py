from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from notifications.models import Message
from notifications.services.outbox import channels_of, queue
from notifications.services.registry import UnknownKindError
from tests.notifications.sample_kind import NOW, Sample

pytestmark = pytest.mark.django_db


def queue_sample(**given: Any) -> None:
    defaults: dict[str, Any] = {
        "kind": "sample",
        "subject_id": uuid4(),
        "occasion": "1",
        "due_at": NOW,
        "channels": ["sms", "email"],
        "now": NOW,
    }
    queue(**defaults | given)


@pytest.mark.parametrize(
    ("contact_by", "channels"),
    [("sms", ["sms"]), ("email", ["email"]), ("both", ["sms", "email"]), ("none", [])],
)
def test_channels_follow_how_a_person_wants_to_be_reached(
    contact_by: str, channels: list[str]
) -> None:
    assert channels_of(contact_by) == channels


def test_one_message_waits_per_channel(sample: Sample) -> None:
    queue_sample(due_at=NOW + timedelta(days=2))

    waiting = Message.objects.all()
    assert {message.channel for message in waiting} == {"sms", "email"}
    assert {message.state for message in waiting} == {"waiting"}
    assert {message.due_at for message in waiting} == {NOW + timedelta(days=2)}


def test_the_same_message_queued_twice_is_one_and_stays_as_it_was(sample: Sample) -> None:
    subject = uuid4()
    queue_sample(subject_id=subject, channels=["sms"])
    Message.objects.update(state="sent", ended_at=NOW)

    queue_sample(subject_id=subject, channels=["sms", "email"])

    assert list(Message.objects.order_by("channel").values_list("channel", "state")) == [
        ("email", "waiting"),
        ("sms", "sent"),
    ]


def test_another_occasion_is_another_message(sample: Sample) -> None:
    subject = uuid4()
    queue_sample(subject_id=subject, occasion="1", channels=["sms"])
    queue_sample(subject_id=subject, occasion="2", channels=["sms"])

    assert Message.objects.count() == 2


def test_a_message_disappears_with_the_transaction_that_caused_it(sample: Sample) -> None:
    with transaction.atomic():
        queue_sample()
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_a_person_who_wants_no_messages_gets_none(sample: Sample) -> None:
    queue_sample(channels=[])

    assert not Message.objects.exists()


def test_a_kind_that_nobody_owns_is_refused_when_it_is_queued(sample: Sample) -> None:
    with pytest.raises(UnknownKindError):
        queue_sample(kind="smaple")
