"""Two sweeps at once, on real PostgreSQL; and what happens without the guard."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from notifications.models import Message
from notifications.services import claims
from notifications.services.delivery import deliver_due
from tests.invariants import assert_integrity, broken_invariants
from tests.notifications.carriers import CountingSmsGateway
from tests.notifications.sample_kind import Clock

MESSAGES = 40
SWEEPS = 4

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _gateway_that_sends_doubles(settings: Any) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.CountingSmsGateway"


def sweep_at_once(clock: Clock, *, limit: int) -> None:
    start = Barrier(SWEEPS, timeout=10)

    def sweep(_: int) -> None:
        try:
            start.wait()
            while deliver_due(now=clock, limit=limit):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(SWEEPS) as pool:
        list(pool.map(sweep, range(SWEEPS)))


def sent() -> Counter[str]:
    return Counter(call["reference"] for call in CountingSmsGateway.calls)


@pytest.mark.parametrize("limit", [3, 100])
def test_sweeps_at_the_same_time_send_each_message_once(
    a_message: Callable[..., Message], clock: Clock, limit: int
) -> None:
    messages = [a_message() for _ in range(MESSAGES)]

    sweep_at_once(clock, limit=limit)

    assert sent() == {str(message.pk): 1 for message in messages}
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert_integrity(now=clock())


def test_without_the_claim_each_sweep_sends_each_message(
    a_message: Callable[..., Message], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same sweeps, when what is due is read and nobody takes it."""
    messages = [a_message() for _ in range(MESSAGES)]
    all_have_read = Barrier(SWEEPS, timeout=10)

    def read_only(*, now: datetime, limit: int) -> claims.Claim:
        due = list(Message.objects.filter(state="waiting", due_at__lte=now)[:limit])
        if due:
            all_have_read.wait()
        return claims.Claim(messages=due, given_up=0)

    def always_begin(messages: list[Message], *, now: datetime) -> list[Message]:
        return messages

    def end(sent: list[tuple[Message, str]], *, now: datetime) -> int:
        pks = [message.pk for message, _ in sent]
        return Message.objects.filter(pk__in=pks).update(state="sent", ended_at=now)

    monkeypatch.setattr(claims, "claim", read_only)
    monkeypatch.setattr(claims, "begin", always_begin)
    monkeypatch.setattr(claims, "end_sent", end)

    sweep_at_once(clock, limit=100)

    assert sent() == {str(message.pk): SWEEPS for message in messages}
    assert broken_invariants(now=clock()) == {"message.tried"}
