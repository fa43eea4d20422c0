"""A person stops messages while they are being sent: each is sent or kept back, none is lost."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections

from audit.domain import Actor
from notifications.models import Message
from notifications.services import preparing, registry
from notifications.services.delivery import deliver_due
from patients.selectors import recipients
from patients.services.stops import stop_messages
from tests.invariants import assert_integrity
from tests.notifications.carriers import CountingSmsGateway
from tests.notifications.sample_kind import NOW
from tests.patients.people import alice

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGES, SWEEPS, BATCH = 60, 2, 5


class NotingSmsGateway(CountingSmsGateway):
    """Remembers when it was asked as well."""

    def send(self, *, to, text, reference):
        with self.lock:
            self.calls.append({"reference": reference, "at": time.monotonic()})
        time.sleep(0.005)
        return f"sent-{reference}"


@pytest.fixture
def to_alice(monkeypatch, settings, sample):
    """Queue messages of a kind that can be stopped, whose recipient is read from the patients."""
    settings.SMS_GATEWAY = "tests.notifications.services.test_stop_races.NotingSmsGateway"
    patient = alice()

    def recipient(messages):
        found = recipients([patient.pk])[patient.pk]
        return {message.pk: found for message in messages}

    kind = replace(registry._kinds["sample"], stoppable=True, recipient=recipient)
    monkeypatch.setitem(registry._kinds, "sample", kind)

    def write(number):
        Message.objects.bulk_create(
            Message(kind="sample", channel="sms", subject_id=uuid4(), due_at=NOW, created_at=NOW)
            for _ in range(number)
        )
        return patient

    return write


def stop_in_the_midst(patient, clock):
    """Stop once some were sent, while sweeps go on; return when the stop was committed."""
    together = Barrier(SWEEPS + 1)

    def sweep(_number):
        try:
            together.wait(10)
            while deliver_due(now=clock, limit=BATCH):
                pass
        finally:
            connections.close_all()

    def stop():
        try:
            together.wait(10)
            while not NotingSmsGateway.calls:
                time.sleep(0.001)
            by = Actor.patient(patient.pk)
            stop_messages(patient_id=patient.pk, by=by, now=NOW, reason="link")
            return time.monotonic()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SWEEPS + 1) as pool:
        stopping = pool.submit(stop)
        list(pool.map(sweep, range(SWEEPS)))
        return stopping.result()


def test_each_is_sent_once_or_kept_back_and_nothing_goes_that_was_asked_about_later(
    to_alice, clock
):
    patient = to_alice(MESSAGES)
    stopped_at = stop_in_the_midst(patient, clock)
    ends = list(Message.objects.values_list("pk", "state", "fate"))
    sent = {str(pk) for pk, state, _fate in ends if state == "sent"}
    assert {(state, fate) for _pk, state, fate in ends} == {("sent", ""), ("skipped", "stopped")}
    assert sorted(call["reference"] for call in NotingSmsGateway.calls) == sorted(sent)
    after = [call for call in NotingSmsGateway.calls if call["at"] > stopped_at]
    # What each sweep had asked about just before is on its way.
    assert len(after) <= SWEEPS * BATCH
    to_alice(1)
    deliver_due(now=clock)
    assert Message.objects.filter(fate="stopped").count() == MESSAGES + 1 - len(sent)
    assert_integrity(now=clock())


def test_without_asking_about_stops_all_of_them_are_sent(to_alice, clock, monkeypatch):
    """The control: the test above is not true by itself."""
    monkeypatch.setattr(preparing, "is_stopped", lambda *_about: False)
    stop_in_the_midst(to_alice(MESSAGES), clock)
    assert Message.objects.filter(state="sent").count() == MESSAGES
