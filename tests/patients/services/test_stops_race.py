"""Several press the stop button at once, as a mail program and a person do."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from audit.domain import Actor
from audit.models import AuditEntry
from patients.models import MessageStop
from patients.services.stops import start_messages, stop_messages
from tests.invariants import assert_integrity
from tests.patients.people import NOW, alice

PRESSES = 8
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*presses):
    together = Barrier(len(presses))

    def press(one):
        together.wait(10)
        try:
            return one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(press, presses))


def test_eight_presses_make_one_stop_by_channel_noted_once():
    patient = alice()
    by = Actor.patient(patient.pk)

    def press():
        return stop_messages(patient_id=patient.pk, by=by, now=NOW, reason="link")

    assert sum(at_once(*[press] * PRESSES)) == 1
    assert MessageStop.objects.count() == 2
    assert AuditEntry.objects.filter(action="messages.stopped").count() == 1
    assert_integrity(now=NOW)


def test_stop_and_undo_at_once_leave_all_stopped_or_nothing():
    patient = alice()
    by = Actor.patient(patient.pk)
    for _ in range(10):
        at_once(
            lambda: stop_messages(patient_id=patient.pk, by=by, now=NOW, reason="link"),
            lambda: start_messages(patient_id=patient.pk, by=by, now=NOW, reason="link"),
        )
        assert MessageStop.objects.filter(ended_at=None).count() in {0, 2}
    assert_integrity(now=NOW)
