from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from notifications.models import Message
from notifications.services import claims
from tests.invariants import assert_integrity
from tests.notifications.sample_kind import NOW

Make = Callable[..., Message]


@pytest.mark.django_db
def test_a_claimed_message_is_nobody_elses_until_the_lease_runs_out(a_message: Make) -> None:
    a_message()
    (first,) = claims.claim(now=NOW, limit=10).messages
    in_time = first.lease_until
    assert in_time is not None

    assert claims.claim(now=in_time - timedelta(seconds=1), limit=10).messages == []
    (second,) = claims.claim(now=in_time, limit=10).messages

    assert claims.begin([first], now=in_time) == []
    assert claims.begin([second], now=in_time) == [second]


@pytest.mark.django_db
def test_of_two_who_hold_the_same_claim_one_begins(a_message: Make) -> None:
    a_message()
    (mine,) = claims.claim(now=NOW, limit=10).messages
    yours = Message.objects.get()

    assert claims.begin([mine], now=NOW) == [mine]
    assert claims.begin([yours], now=NOW) == []


@pytest.mark.django_db
def test_an_email_that_was_only_slow_ends_as_sent(a_message: Make) -> None:
    a_message(channel="email")
    (message,) = claims.claim(now=NOW, limit=10).messages
    claims.begin([message], now=NOW)
    later = NOW + claims.LEASE

    assert claims.claim(now=later, limit=10) == claims.Claim(messages=[], given_up=1)
    assert Message.objects.get().state == "unknown"

    assert claims.end_sent([(message, "")], now=later) == 1
    assert (Message.objects.get().state, Message.objects.get().fate) == ("sent", "")


@pytest.mark.django_db
def test_a_slow_attempt_says_nothing_about_the_attempt_that_overtook_it(a_message: Make) -> None:
    a_message()
    (slow,) = claims.claim(now=NOW, limit=10).messages
    claims.begin([slow], now=NOW)
    later = NOW + claims.LEASE
    (fast,) = claims.claim(now=later, limit=10).messages
    claims.begin([fast], now=later)

    assert claims.end_unsent(slow, fate=claims.Fate.REFUSED, now=later) is None
    assert claims.end_sent([(slow, "x")], now=later) == 0
    assert claims.postpone(slow, fate=claims.Fate.UNREACHABLE, now=later) is None
    assert claims.end_sent([(fast, "x")], now=later) == 1


@pytest.mark.django_db
def test_a_long_provider_reference_is_cut_and_does_not_lose_the_ending(a_message: Make) -> None:
    a_message()
    (message,) = claims.claim(now=NOW, limit=10).messages
    claims.begin([message], now=NOW)

    assert claims.end_sent([(message, "x" * 200)], now=NOW) == 1


@pytest.mark.django_db(transaction=True)
def test_claiming_inside_a_transaction_is_refused(a_message: Make) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        claims.claim(now=NOW, limit=10)


@pytest.mark.django_db(transaction=True)
def test_a_message_that_is_being_claimed_is_passed_by_without_waiting(a_message: Make) -> None:
    held, free = a_message(due_at=NOW - timedelta(hours=1)), a_message()
    found: list[Message] = []

    def sweep() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            found.extend(claims.claim(now=NOW, limit=10).messages)
        finally:
            connection.close()

    with transaction.atomic():
        Message.objects.select_for_update().get(pk=held.pk)
        other = Thread(target=sweep)
        other.start()
        other.join()

    assert found == [free]
    assert_integrity(now=NOW)
