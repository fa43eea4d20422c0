"""What waits, what is late and what went wrong, as staff and monitors are told."""

from datetime import timedelta
from typing import Any

import pytest

from clinics.models import Clinic
from notifications.models import Message
from notifications.services.claims import claim
from notifications.services.delivery import deliver_due
from notifications.services.health import is_late, late_by_clinic, outbox_health
from tests.factories import make_clinic
from tests.notifications.sample_kind import NOW

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def minutes(number: int) -> timedelta:
    return number * MINUTE


@pytest.mark.parametrize(
    ("given", "late"),
    [
        ({"due_at": NOW - minutes(10)}, True),
        ({"due_at": NOW - minutes(9)}, False),
        # It waits for the morning, or for its own time.
        ({"due_at": NOW + minutes(600)}, False),
        # Tried three times, six minutes in all; the next attempt is half an hour off.
        ({"due_at": NOW + minutes(25), "attempts": 3}, True),
        ({"due_at": NOW + minutes(27), "attempts": 3}, False),
        ({"due_at": NOW - minutes(8), "attempts": 1}, False),
        ({"due_at": NOW - minutes(9), "attempts": 1}, True),
        ({"due_at": NOW + minutes(140), "attempts": 4}, True),
        ({"due_at": NOW - minutes(60), "state": "sent", "ended_at": NOW}, False),
        ({"due_at": NOW - minutes(60), "state": "failed", "ended_at": NOW}, False),
        ({"due_at": NOW - minutes(60), "state": "claimed", "lease_until": NOW}, True),
    ],
)
def test_late_is_what_should_have_gone_ten_minutes_ago(
    a_message: Any, given: dict[str, Any], late: bool
) -> None:
    a_message(**given)
    assert Message.objects.filter(is_late(NOW)).exists() is late


@pytest.mark.django_db(transaction=True)
def test_while_the_gateway_is_down_it_is_late_after_ten_minutes_until_it_is_given_up(
    a_message: Any, clock: Any, settings: Any
) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.DownSmsGateway"
    message = a_message()
    told = []
    for _minute in range(180):
        deliver_due(now=clock)
        told.append(Message.objects.filter(is_late(clock())).exists())
        clock.forward(minutes=1)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", 5)
    assert message.ended_at is not None
    given_up = int((message.ended_at - NOW) / MINUTE)
    assert told == [10 <= minute < given_up for minute in range(180)]


def test_each_clinic_is_told_of_its_own_and_since_when(a_message: Any) -> None:
    here, there = make_clinic(), make_clinic(slug="majorstua", name="Majorstua")
    make_clinic(slug="tøyen", name="Tøyen")
    a_message(clinic=here, due_at=NOW - minutes(30))
    a_message(clinic=here, due_at=NOW - minutes(20))
    a_message(clinic=there, due_at=NOW + minutes(1), attempts=3)
    everywhere = Clinic.objects.values("pk")
    assert [(one.clinic_slug, one.since) for one in late_by_clinic(everywhere, now=NOW)] == [
        (there.slug, NOW - minutes(35)),
        (here.slug, NOW - minutes(30)),
    ]
    assert late_by_clinic(everywhere.filter(slug="tøyen"), now=NOW) == []


def test_the_outbox_is_read_as_it_is(a_message: Any, django_assert_num_queries: Any) -> None:
    a_message(due_at=NOW + minutes(60))
    a_message(due_at=NOW - minutes(1))
    a_message(due_at=NOW - minutes(30))
    for state, fate, ago in [
        ("sent", "", 20),
        ("sent", "", 300),
        ("failed", "refused", 20),
        ("unknown", "interrupted", 50),
        ("failed", "refused", 61),
    ]:
        a_message(
            channel="email" if state == "unknown" else "sms",
            state=state,
            fate=fate,
            ended_at=NOW - minutes(ago),
        )
    with django_assert_num_queries(4):
        health = outbox_health(now=NOW)

    assert (health.waiting, health.due, health.oldest_due_at) == (3, 2, NOW - minutes(30))
    assert health.late is not None
    assert (health.late.number, health.late.since) == (1, NOW - minutes(30))
    assert health.failures == [("sample", "interrupted", 1), ("sample", "refused", 1)]
    assert health.failed == 2
    sms, email = health.channels
    assert (sms.channel, sms.last_sent_at) == ("sms", NOW - minutes(20))
    assert (sms.sent, sms.failed, sms.unknown) == (1, 1, 0)
    assert (email.last_sent_at, email.sent, email.failed, email.unknown) == (None, 0, 0, 1)


def test_an_empty_outbox_is_healthy(db: None) -> None:
    health = outbox_health(now=NOW)
    assert (health.waiting, health.due, health.oldest_due_at, health.late) == (0, 0, None, None)
    assert health.failures == []


@pytest.mark.django_db(transaction=True)
def test_what_a_dead_sweep_has_claimed_is_late_too(a_message: Any) -> None:
    a_message()
    claim(now=NOW, limit=10)
    assert Message.objects.filter(is_late(NOW + minutes(11))).exists()
