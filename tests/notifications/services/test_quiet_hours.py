"""At night and on days of rest a message waits, and is asked about anew when it may go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinics.domain.calendar import OSLO
from notifications.domain.timing import Timing, allowed_at
from notifications.models import Message
from notifications.services import registry
from notifications.services.delivery import deliver_due
from notifications.words import fate_in_words
from tests.notifications import carriers
from tests.notifications.sample_kind import ALICE, NOW, Clock, Sample

pytestmark = pytest.mark.django_db
Make = Callable[..., Message]
# The night to Monday, the second day of Whitsun.
NIGHT = datetime(2026, 5, 24, 23, 30, tzinfo=OSLO)
MORNING = datetime(2026, 5, 25, 8, 0, tzinfo=OSLO)
WORKDAY = datetime(2026, 5, 26, 8, 0, tzinfo=OSLO)


@pytest.fixture
def sent_as(sample: Sample) -> Callable[..., None]:
    """Let the sample kind keep other hours than those by day, or let some not wait for them."""

    def change(timing: Timing = Timing.DAY, **more: Any) -> None:
        kind = registry.kind_named("sample")
        registry._kinds["sample"] = replace(kind, timing=timing, **more)

    return change


def test_at_night_it_waits_until_eight_and_that_is_no_attempt(
    a_message: Make, clock: Clock, outbox_dir: Path
) -> None:
    clock.at = NIGHT
    message = a_message()

    assert deliver_due(now=clock) == {"waiting": 1}

    message.refresh_from_db()
    assert (message.state, message.fate, message.due_at) == ("waiting", "quiet_hours", MORNING)
    assert (message.attempts, message.attempt_started_at) == (0, None)
    assert not (outbox_dir / "sms").exists()
    assert "Det var natt" in str(fate_in_words(message).meaning)
    clock.at = MORNING - timedelta(seconds=1)
    assert deliver_due(now=clock) == {}

    clock.at = MORNING
    assert deliver_due(now=clock) == {"sent": 1}
    message.refresh_from_db()
    assert (message.fate, message.attempts) == ("", 1)


def test_whether_it_is_due_and_what_it_says_is_of_the_morning(
    a_message: Make, sample: Sample, clock: Clock, outbox_dir: Path
) -> None:
    clock.at = NIGHT
    cancelled, renamed = a_message(), a_message()
    deliver_due(now=clock)
    sample.reasons[cancelled.subject_id] = "cancelled"
    sample.names[renamed.subject_id] = "Bob"
    clock.at = MORNING

    assert deliver_due(now=clock) == {"skipped": 1, "sent": 1}
    assert "Hei Bob" in (outbox_dir / "sms" / f"{renamed.pk}.json").read_text()


def test_nothing_is_minted_or_written_for_one_that_waits(
    a_message: Make, sent_as: Callable[..., None], clock: Clock
) -> None:
    asked: list[Message] = []

    def context(messages: list[Message], _now: datetime) -> dict[UUID, dict[str, Any]]:
        asked.extend(messages)
        return {message.pk: {} for message in messages}

    sent_as(context=context)
    clock.at = NIGHT
    a_message()

    assert deliver_due(now=clock) == {"waiting": 1}
    assert asked == []


def test_what_is_no_longer_due_at_night_is_skipped_then(
    a_message: Make, sample: Sample, clock: Clock
) -> None:
    clock.at = NIGHT
    sample.reasons[a_message().subject_id] = "cancelled"

    assert deliver_due(now=clock) == {"skipped": 1}


def test_a_kind_that_cannot_wait_goes_at_night(
    a_message: Make, sent_as: Callable[..., None], clock: Clock
) -> None:
    sent_as(Timing.AT_ONCE)
    clock.at = NIGHT
    a_message()

    assert deliver_due(now=clock) == {"sent": 1}


def test_news_of_an_open_vial_goes_at_night_to_those_who_allow_it(
    a_message: Make, sent_as: Callable[..., None], clock: Clock
) -> None:
    sent_as(Timing.LIVE)
    clock.at = NIGHT
    asleep, awake = a_message(), a_message(recipient=replace(ALICE, any_hour=True))

    assert deliver_due(now=clock) == {"waiting": 1, "sent": 1}

    asleep.refresh_from_db()
    awake.refresh_from_db()
    assert (asleep.due_at, awake.state) == (MORNING, "sent")


def test_one_that_would_come_too_late_in_the_morning_goes_at_night(
    a_message: Make, sent_as: Callable[..., None], clock: Clock
) -> None:
    clock.at = NIGHT
    soon, later, gone = a_message(), a_message(), a_message(recipient=None)
    asked: list[Message] = []

    def cannot_wait(messages: list[Message], _now: datetime) -> set[UUID]:
        asked.extend(messages)
        return {soon.pk}

    sent_as(cannot_wait=cannot_wait)

    assert deliver_due(now=clock) == {"waiting": 1, "sent": 1, "failed": 1}
    soon.refresh_from_db()
    later.refresh_from_db()
    gone.refresh_from_db()
    assert (soon.state, later.due_at, gone.fate) == ("sent", MORNING, "no_address")
    assert {message.pk for message in asked} == {soon.pk, later.pk}


def test_one_whose_kind_cannot_say_whether_it_can_wait_does_not_stop_the_others(
    a_message: Make, sent_as: Callable[..., None], clock: Clock
) -> None:
    clock.at = NIGHT
    torn, _soon = a_message(), a_message()

    def cannot_wait(messages: list[Message], _now: datetime) -> set[UUID]:
        if torn in messages:
            raise LookupError
        return {message.pk for message in messages}

    sent_as(cannot_wait=cannot_wait)

    assert deliver_due(now=clock) == {"waiting": 1, "sent": 1}
    torn.refresh_from_db()
    assert torn.fate == "unresolved"


def test_a_recall_waits_for_a_workday(
    a_message: Make, sent_as: Callable[..., None], clock: Clock
) -> None:
    sent_as(Timing.WORKDAY)
    clock.at = MORNING
    message = a_message()

    assert deliver_due(now=clock) == {"waiting": 1}
    message.refresh_from_db()
    assert message.due_at == WORKDAY


def test_an_sms_that_may_have_arrived_keeps_that_doubt_over_night(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.FallingSilentSmsGateway"
    clock.at = datetime(2026, 5, 24, 20, 59, 30, tzinfo=OSLO)
    message = a_message()
    deliver_due(now=clock)
    clock.at = NIGHT

    assert deliver_due(now=clock) == {"waiting": 1}
    message.refresh_from_db()
    assert (message.fate, message.due_at, message.attempts) == ("interrupted", MORNING, 1)


def test_the_hour_may_strike_between_the_check_and_the_attempt(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = "tests.notifications.carriers.HookedSmsGateway"
    carriers.HookedSmsGateway.during = lambda reference: clock.forward(seconds=15)
    clock.at = datetime(2026, 5, 24, 20, 59, 50, tzinfo=OSLO)
    a_message(due_at=NOW - timedelta(hours=1))
    late = a_message()

    assert deliver_due(now=clock) == {"sent": 1}
    late.refresh_from_db()
    assert (late.state, late.lease_until, late.attempts) == ("waiting", None, 0)
    assert deliver_due(now=clock) == {"waiting": 1}


def test_to_hold_many_costs_what_it_costs_to_hold_one(a_message: Make, clock: Clock) -> None:
    clock.at = NIGHT

    def queries_for(count: int) -> int:
        for _ in range(count):
            a_message()
        with CaptureQueriesContext(connection) as queries:
            deliver_due(now=clock)
        return len(queries)

    assert queries_for(30) == queries_for(3)


MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minute: NOW + timedelta(minutes=minute))


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(timing=st.sampled_from(list(Timing)), at=MOMENTS, any_hour=st.booleans())
def test_whenever_it_is_due_it_goes_at_the_first_moment_that_is_allowed(
    a_message: Make,
    sent_as: Callable[..., None],
    clock: Clock,
    timing: Timing,
    at: datetime,
    any_hour: bool,
) -> None:
    sent_as(timing)
    clock.at = at
    message = a_message(due_at=at, recipient=replace(ALICE, any_hour=any_hour))
    allowed = allowed_at(timing, at, any_hour=any_hour)

    if allowed > at:
        assert deliver_due(now=clock) == {"waiting": 1}
        clock.at = allowed - timedelta(seconds=1)
        assert deliver_due(now=clock) == {}
        clock.at = allowed
    assert deliver_due(now=clock) == {"sent": 1}
    message.refresh_from_db()
    assert message.ended_at == allowed
