"""That staff told the person in another way: noted once, taken back, on record."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from audit.domain import Actor
from audit.models import AuditEntry
from notifications.models import Message
from notifications.selectors import could_not_be_reached
from notifications.services.handling import (
    AlreadyHandledError,
    NotHandledError,
    NotUnreachedError,
    handle,
    unhandle,
)
from tests.factories import make_staff
from tests.notifications.sample_kind import NOW

pytestmark = pytest.mark.django_db
WHO = uuid4()


@pytest.fixture
def by(db: None) -> Actor:
    return Actor.staff(make_staff().pk, clinic_id=None)


@pytest.fixture
def lost(a_message: Any) -> Message:
    message: Message = a_message(state="failed", fate="refused", ended_at=NOW)
    return message


def test_it_is_noted_with_who_and_when_and_needs_no_hand_any_more(lost: Message, by: Actor) -> None:
    handle(message_id=lost.pk, patient_id=WHO, by=by, now=NOW)
    lost.refresh_from_db()
    assert (lost.handled_at, str(lost.handled_by_id)) == (NOW, by.id)
    assert not Message.objects.filter(could_not_be_reached()).exists()
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.patient_id, entry.object_id) == (
        "message.handled",
        WHO,
        str(lost.pk),
    )


def test_taken_back_it_needs_a_hand_again(lost: Message, by: Actor) -> None:
    handle(message_id=lost.pk, patient_id=WHO, by=by, now=NOW)
    unhandle(message_id=lost.pk, patient_id=WHO, by=by, now=NOW)
    assert Message.objects.filter(could_not_be_reached()).get() == lost
    with pytest.raises(NotHandledError):
        unhandle(message_id=lost.pk, patient_id=WHO, by=by, now=NOW)
    assert AuditEntry.objects.count() == 2


@pytest.mark.parametrize("state", ["waiting", "sent", "skipped"])
def test_what_did_not_fail_is_not_handled(a_message: Any, by: Actor, state: str) -> None:
    message = a_message(state=state, ended_at=None if state == "waiting" else NOW)
    with pytest.raises(NotUnreachedError):
        handle(message_id=message.pk, patient_id=WHO, by=by, now=NOW)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_notes_it(lost: Message, by: Actor) -> None:
    start = Barrier(8)

    def note(_number: int) -> str:
        connection.ensure_connection()
        try:
            start.wait(timeout=30)
            handle(message_id=lost.pk, patient_id=WHO, by=by, now=NOW)
        except AlreadyHandledError:
            return "refused"
        finally:
            connection.close()
        return "noted"

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(note, range(8))) == {"noted": 1, "refused": 7}
    assert AuditEntry.objects.filter(action="message.handled").count() == 1
