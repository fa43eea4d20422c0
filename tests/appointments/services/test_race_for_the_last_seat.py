"""Fifty browsers want the last seat of a time at the same moment, on real PostgreSQL."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import psycopg
import pytest
from django.db import IntegrityError, connection

from appointments.domain.status import OCCUPYING
from appointments.models import Appointment, ClinicSession
from appointments.selectors.places import free_places
from appointments.services import holding
from appointments.services.seats import SlotUnavailableError
from tests.conftest import owner_parameters
from tests.factories import BEFORE, DAY, make_session, slot_at
from tests.invariants import assert_integrity, broken_invariants

RIVALS = 50
PATIENCE = 3  # seconds


@pytest.fixture(autouse=True)
def meeting_point(monkeypatch):
    """Let those who found a seat wait a moment for a rival who found it too."""
    found = []
    second = Event()
    find = holding.free_seat

    def find_and_linger(*args, **kwargs):
        seat = find(*args, **kwargs)
        found.append(seat)
        if len(found) > 1:
            second.set()
        second.wait(timeout=PATIENCE)
        return seat

    monkeypatch.setattr(holding, "free_seat", find_and_linger)


@pytest.fixture
def _no_lock(monkeypatch):
    monkeypatch.setattr(
        holding, "lock_session", lambda session_id: ClinicSession.objects.get(pk=session_id)
    )


def rush(slot):
    """Let all rivals try at once; count what each got."""
    start = Barrier(RIVALS)

    def try_it(number):
        connection.ensure_connection()
        try:
            start.wait(timeout=60)
            holding.hold(
                slot_id=slot.pk,
                browser_hash=f"{number:016}".ljust(64, "0"),
                route="intradermal",
                dose_number=1,
                not_before=None,
                now=BEFORE,
            )
        except SlotUnavailableError:
            return "just taken"
        except IntegrityError:
            return "stopped by the database"
        else:
            return "won"
        finally:
            connection.close()

    with ThreadPoolExecutor(RIVALS) as pool:
        return Counter(pool.map(try_it, range(RIVALS)))


def occupants(slot):
    return Appointment.objects.filter(slot=slot, status__in=OCCUPYING).count()


@pytest.mark.django_db(transaction=True)
def test_exactly_one_of_fifty_gets_the_last_seat_and_the_others_see_other_times(valkey):
    session = make_session(stations=1)
    slot = slot_at(session, "17.00")
    assert rush(slot) == {"won": 1, "just taken": RIVALS - 1}
    assert occupants(slot) == 1
    [day] = free_places(session.clinic_id, route="intradermal", group=3, not_before=DAY, now=BEFORE)
    starts = {place.starts_at for place in day.places}
    assert slot.starts_at not in starts
    assert len(starts) == session.slots.count() - 1
    assert_integrity(now=BEFORE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_lock")
def test_without_the_lock_the_constraint_is_the_last_guard(valkey):
    slot = slot_at(make_session(stations=1), "17.00")
    outcome = rush(slot)
    assert outcome["won"] == 1
    assert outcome["stopped by the database"] > 0
    assert_integrity(now=BEFORE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_lock")
def test_control_without_lock_and_constraint_several_get_the_same_seat(valkey):
    """Shows that the race is real: the guards above are what stops it."""
    slot = slot_at(make_session(stations=1), "17.00")
    index = "appointment_seat_once"
    with psycopg.connect(**owner_parameters(), autocommit=True) as owner:
        [definition] = owner.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index]
        ).fetchone()
        owner.execute(f"DROP INDEX {index}")
        try:
            outcome = rush(slot)
            assert outcome["won"] > 1
            assert occupants(slot) == outcome["won"]
            assert {"seat.once", "database.constraints"} <= broken_invariants(now=BEFORE)
        finally:
            owner.execute("DELETE FROM appointments_appointment")
            owner.execute(definition)
