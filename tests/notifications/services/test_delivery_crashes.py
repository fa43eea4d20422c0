"""The sending process is killed in the middle of an attempt: a real process, really killed."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connections, transaction

from notifications.models import Message
from notifications.services.attempts import TOGETHER
from notifications.services.claims import LEASE
from notifications.services.delivery import deliver_due
from tests.invariants import assert_integrity
from tests.notifications import carriers
from tests.notifications.sample_kind import NOW, Clock, Sample

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Message]
KILLED = 9


@pytest.fixture(autouse=True)
def _sound_at_the_end(transactional_db: None, sample: Sample, clock: Clock) -> Iterator[None]:
    """Whatever died, the rows it left are sound."""
    yield
    assert_integrity(now=clock())


def deliver_in_a_process_that_dies(clock: Clock) -> None:
    connections.close_all()
    process = os.fork()
    if process == 0:
        try:
            deliver_due(now=clock)
        finally:
            os._exit(0)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == KILLED


def test_the_attempt_is_in_the_database_before_anything_is_sent(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.DyingSmsGateway"
    message = a_message()

    deliver_in_a_process_that_dies(clock)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.attempt_started_at) == ("claimed", 1, NOW)


def test_an_sms_is_retried_with_its_reference_and_arrives_once(
    a_message: Make, clock: Clock, settings: Any, outbox_dir: Path
) -> None:
    working = settings.SMS_GATEWAY
    settings.SMS_GATEWAY = "tests.notifications.carriers.DyingSmsGateway"
    message = a_message()
    deliver_in_a_process_that_dies(clock)
    settings.SMS_GATEWAY = working
    (arrived,) = (outbox_dir / "sms").iterdir()
    first_arrival = arrived.stat().st_mtime_ns

    clock.forward(seconds=LEASE.total_seconds() - 1)
    assert deliver_due(now=clock) == {}
    clock.forward(seconds=1)
    assert deliver_due(now=clock) == {"sent": 1}

    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 2)
    assert [path.stat().st_mtime_ns for path in (outbox_dir / "sms").iterdir()] == [first_arrival]


def test_a_group_of_sms_whose_sender_dies_arrives_once_and_each_is_recorded(
    a_message: Make, sample: Sample, clock: Clock, settings: Any, outbox_dir: Path
) -> None:
    working = settings.SMS_GATEWAY
    settings.SMS_GATEWAY = "tests.notifications.carriers.DyingLaterSmsGateway"
    messages = [
        a_message(due_at=NOW - timedelta(seconds=60 - number)) for number in range(TOGETHER + 5)
    ]
    deliver_in_a_process_that_dies(clock)
    settings.SMS_GATEWAY = working
    arrived = {path.name: path.stat().st_mtime_ns for path in (outbox_dir / "sms").iterdir()}
    assert len(arrived) == 7
    begun = Message.objects.filter(state="claimed", attempts=1)
    assert begun.filter(attempt_started_at=NOW).count() == TOGETHER
    untried = Message.objects.get(pk=messages[-1].pk)
    cancelled = begun.exclude(pk__in=[name.partition(".")[0] for name in arrived])[0]
    sample.reasons |= dict.fromkeys((untried.subject_id, cancelled.subject_id), "cancelled")

    clock.forward(seconds=LEASE.total_seconds())
    # Of the one that was begun and is cancelled since, nobody knows whether it was sent.
    assert deliver_due(now=clock) == {"sent": TOGETHER + 3, "unknown": 1, "skipped": 1}

    now_there = {path.name: path.stat().st_mtime_ns for path in (outbox_dir / "sms").iterdir()}
    assert len(now_there) == TOGETHER + 3
    assert {name: now_there[name] for name in arrived} == arrived
    assert Message.objects.filter(state="sent", attempts=2).count() == TOGETHER - 1


def test_an_sms_whose_sender_dies_every_time_is_given_up(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.DyingSmsGateway"
    message = a_message()
    for _ in range(5):
        deliver_in_a_process_that_dies(clock)
        clock.forward(seconds=LEASE.total_seconds())

    assert deliver_due(now=clock) == {"unknown": 1}
    message.refresh_from_db()
    assert (message.state, message.fate, message.attempts) == ("unknown", "interrupted", 5)


def test_an_sms_is_not_retried_when_it_is_no_longer_due(
    a_message: Make, sample: Sample, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.DyingSmsGateway"
    message = a_message()
    deliver_in_a_process_that_dies(clock)
    settings.SMS_GATEWAY = "tests.notifications.carriers.CountingSmsGateway"
    sample.reasons[message.subject_id] = "cancelled"
    clock.forward(seconds=LEASE.total_seconds())

    assert deliver_due(now=clock) == {"unknown": 1}
    assert carriers.CountingSmsGateway.calls == []


def test_an_sms_that_kills_every_sender_takes_no_others_along(
    a_message: Make, clock: Clock, settings: Any, outbox_dir: Path
) -> None:
    """They were begun together the first time; what that left in doubt goes alone from then on."""
    settings.SMS_GATEWAY = "tests.notifications.carriers.ChokingSmsGateway"
    fatal = a_message()
    carriers.ChokingSmsGateway.on = str(fatal.pk)
    others = [a_message(due_at=NOW + timedelta(seconds=place)) for place in (1, 2)]
    clock.forward(seconds=2)
    for _ in range(5):
        deliver_in_a_process_that_dies(clock)
        clock.forward(seconds=LEASE.total_seconds())

    assert deliver_due(now=clock) == {"unknown": 1, "sent": 2}
    fatal.refresh_from_db()
    assert (fatal.state, fatal.attempts) == ("unknown", 5)
    assert {path.stem for path in (outbox_dir / "sms").iterdir()} == {str(o.pk) for o in others}


def test_an_email_is_unknown_and_never_resent_by_itself(
    a_message: Make, clock: Clock, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.notifications.carriers.DyingEmailBackend"
    message = a_message(channel="email")
    deliver_in_a_process_that_dies(clock)
    settings.EMAIL_BACKEND = working
    clock.forward(seconds=LEASE.total_seconds())

    assert deliver_due(now=clock) == {"unknown": 1}
    clock.forward(days=1)
    assert deliver_due(now=clock) == {}

    message.refresh_from_db()
    assert (message.state, message.fate, message.attempts) == ("unknown", "interrupted", 1)
    assert mailoutbox == []


def test_others_of_the_same_batch_are_sent_after_the_crash(
    a_message: Make, clock: Clock, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.notifications.carriers.DyingEmailBackend"
    a_message(channel="email", due_at=NOW - timedelta(hours=1))
    a_message(channel="email")
    deliver_in_a_process_that_dies(clock)
    settings.EMAIL_BACKEND = working
    clock.forward(seconds=LEASE.total_seconds())

    assert deliver_due(now=clock) == {"unknown": 1, "sent": 1}
    assert len(mailoutbox) == 1


def test_nothing_is_sent_in_a_transaction(a_message: Make, clock: Clock, settings: Any) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.HookedSmsGateway"
    in_transaction: list[bool] = []
    carriers.HookedSmsGateway.during = lambda reference: in_transaction.append(
        transaction.get_connection().in_atomic_block
    )
    a_message()

    deliver_due(now=clock)

    assert in_transaction == [False]
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        deliver_due(now=clock)
