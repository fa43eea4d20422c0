import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.domain.kinds import Attachment
from notifications.models import Message
from notifications.services.delivery import deliver_due
from tests.notifications import carriers
from tests.notifications.sample_kind import ALICE, LINK, NOW, Clock, Sample

pytestmark = pytest.mark.django_db
Make = Callable[..., Message]


def carried_by(name: str) -> str:
    return f"tests.notifications.carriers.{name}"


def written_sms(folder: Path, message: Message) -> dict[str, str]:
    sms: dict[str, str] = json.loads((folder / "sms" / f"{message.pk}.json").read_text())
    return sms


def test_a_due_sms_is_sent_and_says_so(a_message: Make, clock: Clock, outbox_dir: Path) -> None:
    message = a_message()

    counts = deliver_due(now=clock)

    assert counts == {"sent": 1}
    message.refresh_from_db()
    assert (message.state, message.attempts, message.ended_at) == ("sent", 1, NOW)
    assert message.provider_reference == f"file-{message.pk}"
    sms = written_sms(outbox_dir, message)
    assert sms["to"] == ALICE.phone
    assert sms["text"] == f"Hei Alice. Time mandag: {LINK}"


def test_a_due_email_is_sent_with_its_attachment(
    a_message: Make, sample: Sample, clock: Clock, mailoutbox: list[EmailMessage]
) -> None:
    sample.files = [Attachment("time.ics", "text/calendar", "BEGIN:VCALENDAR\r\n")]
    message = a_message(channel="email")

    assert deliver_due(now=clock) == {"sent": 1}

    (email,) = mailoutbox
    assert email.to == [ALICE.email]
    assert email.extra_headers["Message-ID"] == f"<{message.pk}@example.invalid>"
    assert [attached.filename for attached in email.attachments] == ["time.ics"]


def test_a_message_waits_until_it_is_due(a_message: Make, clock: Clock) -> None:
    a_message(due_at=NOW + timedelta(seconds=1))

    assert deliver_due(now=clock) == {}
    clock.forward(seconds=1)
    assert deliver_due(now=clock) == {"sent": 1}


def test_a_sent_message_is_not_sent_again(
    a_message: Make, clock: Clock, mailoutbox: list[EmailMessage]
) -> None:
    a_message(channel="email")
    deliver_due(now=clock)
    clock.forward(days=1)

    assert deliver_due(now=clock) == {}
    assert len(mailoutbox) == 1


def test_a_message_no_longer_due_is_skipped_with_the_kinds_reason(
    a_message: Make, sample: Sample, clock: Clock, outbox_dir: Path
) -> None:
    message = a_message()
    sample.reasons[message.subject_id] = "cancelled"

    assert deliver_due(now=clock) == {"skipped": 1}

    message.refresh_from_db()
    assert (message.state, message.fate, message.attempts) == ("skipped", "cancelled", 0)
    assert not (outbox_dir / "sms").exists()


def test_a_sweep_takes_the_oldest_first_and_no_more_than_its_limit(
    a_message: Make, clock: Clock
) -> None:
    young, old = a_message(), a_message(due_at=NOW - timedelta(hours=1))

    assert deliver_due(now=clock, limit=1) == {"sent": 1}

    young.refresh_from_db()
    old.refresh_from_db()
    assert (old.state, young.state) == ("sent", "waiting")


def test_a_person_without_the_address_fails_at_once_and_others_are_reached(
    a_message: Make, clock: Clock
) -> None:
    unreachable = a_message(recipient=replace(ALICE, phone=""))
    nobody = a_message(recipient=None)
    a_message()

    assert deliver_due(now=clock) == {"failed": 2, "sent": 1}
    for message in (unreachable, nobody):
        message.refresh_from_db()
        assert (message.state, message.fate) == ("failed", "no_address")


def test_one_broken_template_does_not_stop_the_batch(a_message: Make, clock: Clock) -> None:
    torn = a_message(kind="torn", due_at=NOW - timedelta(hours=1))
    a_message()

    assert deliver_due(now=clock) == {"waiting": 1, "sent": 1}
    torn.refresh_from_db()
    assert (torn.state, torn.fate, torn.attempts) == ("waiting", "unwritten", 1)
    assert torn.due_at == NOW + timedelta(minutes=1)


def test_one_impossible_address_does_not_stop_the_batch(
    a_message: Make, clock: Clock, mailoutbox: list[EmailMessage]
) -> None:
    bad = a_message(channel="email", recipient=replace(ALICE, email="alice@"))
    a_message(channel="email")

    assert deliver_due(now=clock) == {"waiting": 1, "sent": 1}
    bad.refresh_from_db()
    assert bad.fate == "unwritten"


def test_one_message_its_kind_cannot_answer_for_does_not_stop_the_batch(
    a_message: Make, sample: Sample, clock: Clock
) -> None:
    poisoned = a_message()
    sample.poisoned.add(poisoned.subject_id)
    for _ in range(3):
        a_message()

    assert deliver_due(now=clock) == {"waiting": 1, "sent": 3}
    poisoned.refresh_from_db()
    assert poisoned.fate == "unresolved"


def test_a_kind_this_process_does_not_know_is_left_for_one_that_does(
    a_message: Make, clock: Clock
) -> None:
    newer = a_message(kind="newer")
    a_message()

    assert deliver_due(now=clock) == {"waiting": 1, "sent": 1}
    newer.refresh_from_db()
    assert (newer.state, newer.fate) == ("waiting", "unknown_kind")


def test_an_sms_that_is_not_taken_is_tried_five_times_and_then_fails(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = carried_by("DownSmsGateway")
    message = a_message()

    for minutes in (1, 5, 30, 120):
        assert deliver_due(now=clock) == {"waiting": 1}
        clock.forward(minutes=minutes, seconds=-1)
        assert deliver_due(now=clock) == {}
        clock.forward(seconds=1)
    assert deliver_due(now=clock) == {"failed": 1}

    message.refresh_from_db()
    assert (message.state, message.fate, message.attempts) == ("failed", "unreachable", 5)


def test_a_gateway_that_cannot_be_loaded_is_one_that_is_down(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = "nowhere.Gateway"
    message = a_message()

    assert deliver_due(now=clock) == {"waiting": 1}
    message.refresh_from_db()
    assert message.fate == "unreachable"


def test_a_refused_sms_fails_at_once(a_message: Make, clock: Clock, settings: Any) -> None:
    settings.SMS_GATEWAY = carried_by("RefusingSmsGateway")
    message = a_message()

    assert deliver_due(now=clock) == {"failed": 1}
    message.refresh_from_db()
    assert (message.fate, message.attempts) == ("refused", 1)


def test_an_sms_gateway_that_falls_silent_is_asked_again_with_the_same_reference(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = carried_by("FallingSilentSmsGateway")
    message = a_message()
    assert deliver_due(now=clock) == {"waiting": 1}
    clock.forward(minutes=1)
    settings.SMS_GATEWAY = carried_by("CountingSmsGateway")

    assert deliver_due(now=clock) == {"sent": 1}

    assert [call["reference"] for call in carriers.CountingSmsGateway.calls] == [str(message.pk)]
    message.refresh_from_db()
    assert (message.state, message.fate, message.attempts) == ("sent", "", 2)


def test_an_sms_that_one_silent_attempt_may_have_sent_never_counts_as_unsent(
    a_message: Make, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = carried_by("FallingSilentSmsGateway")
    message = a_message()
    deliver_due(now=clock)
    settings.SMS_GATEWAY = carried_by("DownSmsGateway")
    for _ in range(3):
        clock.forward(days=1)
        assert deliver_due(now=clock) == {"waiting": 1}
    clock.forward(days=1)

    assert deliver_due(now=clock) == {"unknown": 1}
    message.refresh_from_db()
    assert (message.state, message.fate, message.attempts) == ("unknown", "interrupted", 5)


def test_an_sms_that_may_have_been_sent_and_is_no_longer_due_is_unknown(
    a_message: Make, sample: Sample, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = carried_by("FallingSilentSmsGateway")
    message = a_message()
    deliver_due(now=clock)
    sample.reasons[message.subject_id] = "cancelled"
    clock.forward(minutes=1)

    assert deliver_due(now=clock) == {"unknown": 1}


def test_an_email_cut_off_on_the_way_is_unknown_and_never_resent(
    a_message: Make, clock: Clock, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = carried_by("CutOffEmailBackend")
    message = a_message(channel="email")

    assert deliver_due(now=clock) == {"unknown": 1}

    settings.EMAIL_BACKEND = working
    clock.forward(days=1)
    assert deliver_due(now=clock) == {}
    assert mailoutbox == []
    message.refresh_from_db()
    assert (message.state, message.fate) == ("unknown", "interrupted")


def test_what_a_slow_sweep_has_not_reached_in_a_minute_is_checked_again(
    a_message: Make, sample: Sample, clock: Clock, settings: Any
) -> None:
    settings.SMS_GATEWAY = carried_by("HookedSmsGateway")
    carriers.HookedSmsGateway.during = lambda reference: clock.forward(seconds=61)
    a_message(due_at=NOW - timedelta(hours=1))
    late = a_message()

    assert deliver_due(now=clock) == {"sent": 1}

    late.refresh_from_db()
    assert (late.state, late.lease_until, late.attempts) == ("waiting", None, 0)
    sample.reasons[late.subject_id] = "cancelled"
    assert deliver_due(now=clock) == {"skipped": 1}


def test_a_batch_is_resolved_at_once_however_large_it_is(
    a_message: Make, sample: Sample, clock: Clock
) -> None:
    def queries_for(count: int, **given: Any) -> int:
        for _ in range(count):
            message = a_message(**given)
            if given == {}:
                sample.reasons[message.subject_id] = "cancelled"
        with CaptureQueriesContext(connection) as queries:
            deliver_due(now=clock)
        return len(queries)

    assert queries_for(90) == queries_for(3)
    nowhere = replace(ALICE, phone="")
    assert queries_for(30, recipient=nowhere) == queries_for(3, recipient=nowhere)
    assert queries_for(30, kind="torn") == queries_for(3, kind="torn")
    # Each group of 25 SMS costs two statements, and each e-mail: it begins, and it ended.
    few = queries_for(3, channel="sms")
    assert queries_for(25, channel="sms") == few
    assert queries_for(100, channel="sms") == few + 3 * 2
    few = queries_for(3, channel="email")
    assert queries_for(30, channel="email") == few + 27 * 2
    assert sample.asked == [90, 3, 30, 3, 30, 3, 3, 25, 100, 3, 30]


def test_rows_and_logs_hold_no_words_and_no_address(
    a_message: Make, sample: Sample, clock: Clock, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings.EMAIL_BACKEND = carried_by("CutOffEmailBackend")
    settings.SMS_GATEWAY = carried_by("FallingSilentSmsGateway")
    for channel in ("sms", "email"):
        a_message(channel=channel)
        a_message(channel=channel, recipient=replace(ALICE, phone="+4740000001\0", email="alice@"))
        sample.poisoned.add(a_message(channel=channel).subject_id)
        a_message(channel=channel, kind="torn")
    deliver_due(now=clock)

    logged = caplog.text
    rows = str(list(Message.objects.values()))
    assert "TimeoutError at " in logged
    for personal in ("Alice", "alice", "40000001", "example.org", "Hei", "/l/"):
        assert personal not in logged
        assert personal not in rows


def test_message_ids_are_kept_when_a_message_is_tried_again(
    a_message: Make, clock: Clock, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.EMAIL_BACKEND = "nowhere.EmailBackend"
    message = a_message(channel="email")
    assert deliver_due(now=clock) == {"waiting": 1}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    clock.forward(minutes=1)

    assert deliver_due(now=clock) == {"sent": 1}
    assert UUID(mailoutbox[0].extra_headers["Message-ID"][1:37]) == message.pk
