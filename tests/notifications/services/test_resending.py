"""Sending a message again: a new row, once, with everything found anew."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from audit.domain import Actor
from audit.models import AuditEntry
from notifications.models import Message
from notifications.selectors import could_not_be_reached, unreached_lately
from notifications.services.delivery import deliver_due
from notifications.services.outbox import queue
from notifications.services.registry import UnknownKindError
from notifications.services.resending import AlreadyResentError, NotEndedError, resend
from tests.factories import make_clinic
from tests.notifications.sample_kind import NOW

pytestmark = pytest.mark.django_db
BY = Actor.staff(7, clinic_id=1, role="admin")


@pytest.fixture
def ended(a_message):
    def make(**given):
        return a_message(**{"state": "failed", "fate": "refused", "ended_at": NOW} | given)

    return make


def again(message):
    return resend(message_id=message.pk, by=BY, now=NOW)


@pytest.mark.parametrize("state", ["sent", "skipped", "failed", "unknown"])
def test_a_new_row_is_written_and_the_old_one_stays(state, ended):
    old = ended(state=state, attempts=3, occasion="20261126T1600Z", clinic=make_clinic())
    new = again(old)
    before = Message.objects.values().get(pk=old.pk)
    assert (new.state, new.round, new.attempts, new.fate, new.due_at) == ("waiting", 1, 0, "", NOW)
    same = ("kind", "channel", "subject_id", "occasion", "clinic_id")
    assert [getattr(new, name) for name in same] == [before[name] for name in same]
    assert (before["state"], before["attempts"], before["round"]) == (state, 3, 0)


@pytest.mark.parametrize("state", ["waiting", "claimed"])
def test_one_that_is_still_to_be_sent_is_not_sent_twice(state, a_message):
    message = a_message(state=state, lease_until=NOW if state == "claimed" else None)
    with pytest.raises(NotEndedError):
        again(message)
    assert Message.objects.count() == 1


def test_a_second_time_is_refused_but_the_newest_can_be_sent_again(ended):
    old = ended()
    new = again(old)
    with pytest.raises(AlreadyResentError):
        again(old)
    Message.objects.filter(pk=new.pk).update(state="failed", ended_at=NOW)
    assert again(new).round == 2


def test_it_is_audited_at_the_clinic(ended):
    new = again(ended())
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_id) == ("message.resent", str(new.pk))
    assert (entry.actor_id, entry.clinic_id, entry.role, entry.reason) == ("7", 1, "admin", "")


def test_a_kind_that_nobody_knows_is_refused(ended):
    with pytest.raises(UnknownKindError):
        again(ended(kind="forgotten"))


def test_an_ordinary_queue_never_makes_a_second_round(ended):
    old = ended()
    queue(
        kind=old.kind,
        subject_id=old.subject_id,
        occasion=old.occasion,
        due_at=NOW,
        channels=[old.channel],
        now=NOW,
    )
    assert Message.objects.count() == 1


def test_what_was_sent_again_needs_no_hand_any_more(ended):
    clinic = make_clinic()
    one, _other = ended(clinic=clinic), ended(clinic=clinic, state="unknown")
    ended(clinic=clinic, state="sent")
    assert unreached_lately([clinic.pk], now=NOW) == {clinic.pk: 2}
    again(one)
    assert unreached_lately([clinic.pk], now=NOW) == {clinic.pk: 1}
    assert one not in Message.objects.filter(could_not_be_reached())


@pytest.mark.django_db(transaction=True)
def test_it_is_sent_with_the_address_and_the_reasons_of_now(sample, ended, clock):
    moved, gone = ended(), ended()
    for message in (moved, gone):
        again(message)
    sample.reasons[gone.subject_id] = "not_booked"
    counts = deliver_due(now=clock)
    assert counts == {Message.State.SENT: 1, Message.State.SKIPPED: 1}
    assert Message.objects.get(subject_id=moved.subject_id, round=1).state == "sent"
    assert Message.objects.get(subject_id=gone.subject_id, round=1).fate == "not_booked"


@pytest.mark.django_db(transaction=True)
def test_a_double_click_sends_once(ended):
    message = ended()
    start = Barrier(8)

    def click(_number):
        connection.ensure_connection()
        try:
            start.wait(timeout=30)
            again(message)
        except AlreadyResentError:
            return "refused"
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(click, range(8))) == {"sent": 1, "refused": 7}
    assert Message.objects.filter(round=1).count() == 1
    assert AuditEntry.objects.count() == 1
