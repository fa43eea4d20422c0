"""The demo's messages: the past's are sent, some are due, none tells, none leaves the machine."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import redis
import time_machine

from mpoxclinic.demo.loading import load_demo
from notifications.models import Message
from notifications.selectors import written_messages
from notifications.services.delivery import deliver_due
from tests.demo.moments import MOMENTS
from tests.locale.test_catalogues import TELLING

Load = Callable[[datetime], None]
NOW = MOMENTS["a regular evening"]


def test_a_message_of_somebody_who_tries_the_demo_is_left_to_the_worker(load: Load) -> None:
    load(NOW)
    theirs = Message.objects.filter(state="waiting", due_at__lte=NOW)[0]

    load(NOW + timedelta(days=1))

    theirs.refresh_from_db()
    assert theirs.state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_goes_to_files_and_tells_nothing(
    valkey: redis.Redis, outbox_dir: Path
) -> None:
    with time_machine.travel(NOW, tick=False):
        load_demo(now=NOW)
    later = NOW + timedelta(weeks=8)
    for moment in (NOW + timedelta(seconds=30), later):
        deliver_due(now=lambda moment=moment: moment)  # type: ignore[misc]
    assert Message.objects.filter(state="sent", ended_at__gte=NOW).count() >= 3
    for due in Message.objects.filter(state="waiting"):
        assert due.due_at > NOW

    written = written_messages()

    assert {message.channel for message in written} == {"sms", "email"}
    for message in written:
        assert not TELLING.search(message.text), message.text
        assert not TELLING.search(message.subject), message.subject
        assert message.channel == "sms" or message.to.endswith("@pasient.demo.invalid")
