"""A crowd in threads wants few seats: nobody sits on another's, and nobody waits for each other.

The whole of it, two hundred people for a minute, is ``python -m benchmarks.load``.
"""

from datetime import timedelta
from time import sleep

import pytest
from django.utils import timezone

from appointments.models import ClinicSession, Slot
from appointments.services import booking, holding
from benchmarks.crowd import Person, rush
from clinics.domain.calendar import OSLO
from tests.factories import make_clinic, make_decision, make_session
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, SECONDS, THREADS = 24, 4, 8
LINGER = 0.05  # seconds between finding a seat and taking it


@pytest.fixture
def tomorrow():
    """A day with six seats and vials enough."""
    now = timezone.now().astimezone(OSLO)
    return make_session(
        clinic=make_clinic(groups=(1, 2, 3)),
        starts_at=(now + timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0),
        hours=0.5,
        stations=2,
        vials=2,
    )


def let_loose(session):
    decisions = [make_decision(now=timezone.now()) for _ in range(PEOPLE)]
    people = [Person(one.patient_id, one.pk) for one in decisions]
    return rush(people, session, seconds=SECONDS, threads=THREADS)


def test_a_crowd_books_cancels_moves_and_answers_without_a_double_seat_or_a_deadlock(
    valkey, tomorrow
):
    lived = let_loose(tomorrow)
    assert (lived.deadlocks, lived.errors) == (0, [])
    assert lived.bookings
    assert lived.outcomes["SlotUnavailableError"]
    assert lived.most_seats <= 6
    assert_integrity(now=timezone.now())


def test_control_without_the_lock_seats_are_fought_over(valkey, tomorrow, monkeypatch):
    """Shows that the crowd meets: only the database's constraint keeps two from one seat then."""

    def unlocked(session_id):
        return ClinicSession.objects.get(pk=session_id)

    def unlocked_slot(slot_id):
        return Slot.objects.select_related("session").get(pk=slot_id)

    def find_and_linger(*args, **kwargs):
        seat = find(*args, **kwargs)
        sleep(LINGER)
        return seat

    find = holding.free_seat
    monkeypatch.setattr(holding, "lock_session", unlocked)
    monkeypatch.setattr(booking, "lock_slot", unlocked_slot)
    for module in (booking, holding):
        monkeypatch.setattr(module, "free_seat", find_and_linger)
    lived = let_loose(tomorrow)
    assert any("appointment_seat_once" in error for error in lived.errors)
