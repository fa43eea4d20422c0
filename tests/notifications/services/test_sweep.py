"""A sweep drains what is due; what it has begun and sent is recorded whatever happens."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import OperationalError, connection

from notifications.models import Message
from notifications.services import claims, recording
from notifications.services.claims import LEASE
from notifications.services.delivery import BATCH, deliver_due, sweep
from tests.invariants import assert_integrity
from tests.notifications import carriers
from tests.notifications.mail_server import HANG_UP, mail_server
from tests.notifications.sample_kind import NOW, Clock, Sample

Make = Callable[..., Message]


@pytest.mark.django_db
def test_a_sweep_sends_batch_after_batch_until_nothing_is_due(
    a_message: Make, clock: Clock
) -> None:
    for _ in range(2 * BATCH + 1):
        a_message()
    later = a_message(due_at=NOW + timedelta(seconds=1))

    assert sweep(now=clock) == {"sent": 2 * BATCH + 1}
    later.refresh_from_db()
    assert later.state == "waiting"


@pytest.mark.django_db
def test_a_sweep_ends_when_its_time_is_over(a_message: Make, clock: Clock, settings: Any) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.HookedSmsGateway"
    carriers.HookedSmsGateway.during = lambda reference: clock.forward(seconds=0.5)
    for _ in range(2 * BATCH):
        a_message()

    assert sweep(now=clock, lasts=timedelta(seconds=10)) == {"sent": BATCH}


@pytest.mark.django_db
def test_a_sweep_that_cannot_send_does_not_try_again_and_again(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.DownSmsGateway"
    for _ in range(BATCH + 1):
        a_message()

    assert sweep(now=clock) == {"waiting": BATCH + 1}
    assert set(Message.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db
def test_what_a_slow_gateway_leaves_of_a_group_was_never_tried(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.HookedSmsGateway"
    carriers.HookedSmsGateway.during = lambda reference: clock.forward(seconds=21)
    first, second = a_message(due_at=NOW - timedelta(hours=1)), a_message()

    assert deliver_due(now=clock) == {"sent": 1}

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.attempts) == ("sent", 1)
    assert (second.state, second.fate, second.attempts) == ("waiting", "", 0)
    assert (second.attempt_started_at, second.lease_until) == (None, None)


@pytest.mark.django_db
def test_an_sms_that_was_sent_waits_a_second_at_most_to_be_recorded(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.HookedSmsGateway"
    recorded: list[int] = []

    def during(reference: str) -> None:
        recorded.append(Message.objects.filter(state="sent").count())
        clock.forward(seconds=0.6)

    carriers.HookedSmsGateway.during = during
    for _ in range(5):
        a_message()

    assert deliver_due(now=clock) == {"sent": 5}
    assert recorded == [0, 0, 0, 3, 3]


@pytest.mark.django_db
def test_an_email_is_recorded_before_the_next_one_is_begun(
    a_message: Make, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    def send(_backend: object, _emails: list[EmailMessage]) -> int:
        states = Message.objects.order_by("due_at").values_list("state", "attempts")
        seen.append([f"{state} {attempts}" for state, attempts in states])
        return 1

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send)
    for hours in (2, 1):
        a_message(channel="email", due_at=NOW - timedelta(hours=hours))

    deliver_due(now=clock)
    assert seen == [["claimed 1", "claimed 0"], ["sent 1", "claimed 1"]]


@pytest.mark.django_db
def test_an_odd_answer_of_a_provider_does_not_lose_the_ends_of_others(
    a_message: Make, clock: Clock, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.HookedSmsGateway"
    carriers.HookedSmsGateway.during = lambda reference: None
    answers = iter(["fine", "a\0b\ud800" * 40])
    monkeypatch.setattr(
        carriers.HookedSmsGateway, "send", lambda _self, **_sms: next(answers), raising=True
    )
    a_message(due_at=NOW - timedelta(hours=1))
    a_message()

    assert deliver_due(now=clock) == {"sent": 2}
    assert Message.objects.filter(provider_reference__startswith="ab").count() == 1


def cut_off() -> None:
    """Let the server end our connection."""
    with suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answer_is_lost", [False, True])
def test_a_beginning_that_the_database_missed_is_made_again_and_one_it_kept_is_not(
    a_message: Make,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    mailoutbox: list[EmailMessage],
    answer_is_lost: bool,
) -> None:
    begin, times = claims.begin, 0

    def begin_badly(messages: list[Message], *, now: datetime) -> list[Message]:
        nonlocal times
        times += 1
        if times == 1:
            if answer_is_lost:
                begin([Message.objects.get(pk=messages[0].pk)], now=now)
            cut_off()
        return begin(messages, now=now)

    monkeypatch.setattr(claims, "begin", begin_badly)
    a_message(channel="email", due_at=NOW - timedelta(hours=1))
    a_message(channel="email")

    assert deliver_due(now=clock) == {"sent": 1 if answer_is_lost else 2}
    clock.forward(seconds=LEASE.total_seconds())
    assert deliver_due(now=clock) == ({"unknown": 1} if answer_is_lost else {})
    assert len(mailoutbox) == (1 if answer_is_lost else 2)


@pytest.mark.django_db(transaction=True)
class TestWhenTheDatabaseGoesAway:
    """The line to it is cut on the server, while an e-mail is handed over."""

    @pytest.fixture(autouse=True)
    def _cut_off(self, sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
        def send(_backend: object, emails: list[EmailMessage]) -> int:
            self.handed_over = emails
            cut_off()
            return 1

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send)

    def test_the_end_is_recorded_on_a_new_connection(self, a_message: Make, clock: Clock) -> None:
        a_message(channel="email")

        assert deliver_due(now=clock) == {"sent": 1}
        assert Message.objects.get().state == "sent"
        assert_integrity(now=clock())

    def test_one_that_stays_away_leaves_it_unknown_and_never_resent(
        self, a_message: Make, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(recording, "KEEP_TRYING_SECONDS", -1.0)
        a_message(channel="email")

        with pytest.raises(OperationalError):
            deliver_due(now=clock)
        connection.close()
        clock.forward(seconds=LEASE.total_seconds())

        assert deliver_due(now=clock) == {"unknown": 1}
        clock.forward(days=1)
        assert sweep(now=clock) == {}
        assert len(self.handed_over) == 1


@pytest.mark.django_db
def test_the_emails_of_a_sweep_go_over_one_connection_and_one_in_doubt_is_alone(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    for _ in range(BATCH + 1):
        a_message(channel="email")
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        assert sweep(now=clock) == {"sent": BATCH + 1}
    assert (len(server.accepted), server.talks) == (BATCH + 1, 1)

    for _ in range(3):
        a_message(channel="email")
    with mail_server(end=HANG_UP) as server:
        settings.EMAIL_PORT = server.port
        assert sweep(now=clock) == {"unknown": 3}
    assert server.talks == 3
