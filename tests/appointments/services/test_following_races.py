"""Dose 1 moves at the moment when dose 2 is booked after it, on real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection

from appointments.models import Appointment
from appointments.services import dose_two
from appointments.services.booking import rebook
from appointments.services.dose_two import book_ahead
from appointments.services.moves import ChangedMeanwhileError
from audit.domain import Actor
from tests.factories import BEFORE, OPENING, make_booking, make_session, slot_at
from tests.invariants import assert_integrity, broken_invariants

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30  # seconds


@pytest.fixture
def waits_until_moved(monkeypatch):
    """Let whoever books dose 2 read dose 1's day, and go on when dose 1 has moved."""
    read, moved = Event(), Event()
    book = dose_two.book

    def book_after_the_move(**asked):
        read.set()
        assert moved.wait(timeout=PATIENCE)
        return book(**asked)

    monkeypatch.setattr(dose_two, "book", book_after_the_move)
    return read, moved


def both_at_once(read, moved):
    """Book dose 2 on day 28 while dose 1 moves a week; return what became of the booking."""
    dose_one = make_booking(session=make_session(), clock="17.00", now=BEFORE)
    day_28 = make_session(starts_at=OPENING + timedelta(days=28))
    week_after = make_session(starts_at=OPENING + timedelta(days=7))
    common = {"by": Actor.system(), "now": BEFORE}

    def take_next():
        try:
            book_ahead(appointment_id=dose_one.pk, slot_id=slot_at(day_28, "17.00").pk, **common)
        except ChangedMeanwhileError:
            return "changed meanwhile"
        finally:
            connection.close()
        return "booked"

    def move():
        try:
            assert read.wait(timeout=PATIENCE)
            rebook(appointment_id=dose_one.pk, slot_id=slot_at(week_after, "17.00").pk, **common)
        finally:
            moved.set()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        booking, moving = pool.submit(take_next), pool.submit(move)
        moving.result()
        return booking.result()


def test_dose_two_is_not_booked_after_a_day_that_dose_one_has_left(waits_until_moved):
    assert both_at_once(*waits_until_moved) == "changed meanwhile"
    assert not Appointment.objects.filter(dose_number=2).exists()
    assert_integrity(now=BEFORE)


def test_control_without_the_look_under_the_lock_it_comes_too_early(waits_until_moved, monkeypatch):
    """Shows that the race is real."""
    monkeypatch.setattr(dose_two, "_refuse_if_moved", lambda seen: None)
    assert both_at_once(*waits_until_moved) == "booked"
    assert broken_invariants(now=BEFORE) == {"appointment.follows"}
