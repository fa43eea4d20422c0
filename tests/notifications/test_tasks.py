from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from notifications.models import Message
from tests.processes import CeleryProcesses


def test_the_worker_takes_what_is_due_when_beat_says_so(
    celery_worker_and_beat: CeleryProcesses,
) -> None:
    now = timezone.now()
    # A kind that no process knows: the worker tries it, says so in the row, and waits.
    given = {"kind": "no-such-kind", "channel": "sms", "created_at": now}
    due = Message.objects.create(subject_id=uuid4(), due_at=now, **given)
    later = Message.objects.create(subject_id=uuid4(), due_at=now + timedelta(days=1), **given)

    celery_worker_and_beat.wait_until(lambda: Message.objects.filter(attempts=1).exists())

    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.state, due.fate) == ("waiting", "unknown_kind")
    assert due.due_at > now + timedelta(seconds=60)
    assert (later.state, later.attempts) == ("waiting", 0)
