"""Sweeps, answers, bookings and cancellations at once: nothing twice, nobody lost.

Each race has a control without its guard, which shows that the race is real.
"""

from threading import Event

import psycopg
import pytest
from django.db import connection

from appointments.models import Appointment, ClinicSession, MoveAsk, Repair
from appointments.services import repair_ends, repairs
from appointments.services.booking import book, cancel
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.repairs import finish_due_repairs, start_due_repairs
from appointments.services.seats import SlotUnavailableError
from audit.domain import Actor
from notifications.models import Message
from tests.appointments.services.cutoff import CUTOFF, a_day, answer, eve, start, states
from tests.appointments.services.test_session_races import together
from tests.conftest import owner_parameters
from tests.factories import at, make_decision
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 2  # seconds
LATER = eve("17.10")


@pytest.fixture
def _no_lock(monkeypatch):
    def unlocked(session_id):
        return ClinicSession.objects.get(pk=session_id)

    monkeypatch.setattr(repairs, "lock_session", unlocked)


def linger_after(monkeypatch, module, name):
    """Let whoever has come past a function wait until ``go_on`` is set, or a moment."""
    passed, go_on = Event(), Event()
    real = getattr(module, name)

    def and_linger(*args, **kwargs):
        result = real(*args, **kwargs)
        passed.set()
        go_on.wait(timeout=PATIENCE)
        return result

    monkeypatch.setattr(module, name, and_linger)
    return passed, go_on


def two_sweeps(monkeypatch):
    linger_after(monkeypatch, repairs, "answer_deadline")
    session, _late = a_day()
    together(*[lambda: start_due_repairs(now=CUTOFF)] * 2)
    return session


def test_of_two_sweeps_one_plans_the_session(monkeypatch):
    session = two_sweeps(monkeypatch)

    assert Repair.objects.count() == 1
    assert states(session) == ["asked"]
    assert Message.objects.filter(kind="move_asked").count() == 1
    assert_integrity(now=eve("16.10"))


@pytest.mark.usefixtures("_no_lock")
def test_without_the_lock_the_constraint_is_the_last_guard(monkeypatch):
    two_sweeps(monkeypatch)

    assert Repair.objects.count() == 1


@pytest.mark.usefixtures("_no_lock")
def test_control_without_lock_and_constraints_both_plan_it(monkeypatch):
    guards = ["repair_number_once", "repair_one_at_a_time"]
    with psycopg.connect(**owner_parameters(), autocommit=True) as owner:
        made = [
            owner.execute(
                "SELECT indexdef FROM pg_indexes WHERE indexname = %s", [guard]
            ).fetchone()[0]
            for guard in guards
        ]
        owner.execute(f"ALTER TABLE appointments_repair DROP CONSTRAINT {guards[0]}")
        owner.execute(f"DROP INDEX {guards[1]}")
        try:
            two_sweeps(monkeypatch)
            assert Repair.objects.count() == 2
        finally:
            connection.close()
            owner.execute("TRUNCATE appointments_repair CASCADE")
            owner.execute(
                f"ALTER TABLE appointments_repair ADD CONSTRAINT {guards[0]}"
                " UNIQUE (session_id, number)"
            )
            owner.execute(made[1])


def said_yes():
    session, [late] = a_day()
    start(session)
    answer(late, yes=True)
    return session, late


def two_ends(monkeypatch):
    passed = []
    both = Event()
    real = repair_ends._moves

    def and_linger(*args, **kwargs):
        chosen = real(*args, **kwargs)
        passed.append(1)
        if len(passed) > 1:
            both.set()
        both.wait(timeout=PATIENCE)
        return chosen

    session, late = said_yes()
    monkeypatch.setattr(repair_ends, "_moves", and_linger)
    together(*[lambda: finish_due_repairs(now=LATER)] * 2)
    late.refresh_from_db()
    return session, late


def test_of_two_sweeps_one_moves_the_person(monkeypatch):
    session, late = two_ends(monkeypatch)

    assert (late.slot.starts_at, late.sequence) == (at("16.50"), 1)
    assert states(session) == ["moved"]
    assert Message.objects.filter(kind="changed").count() == 1
    assert_integrity(now=LATER)


def test_a_no_that_comes_while_the_planning_ends_comes_too_late_and_says_so(monkeypatch):
    _session, late = said_yes()
    passed, go_on = linger_after(monkeypatch, repair_ends, "_moves")

    def regret():
        assert passed.wait(timeout=30)
        try:
            return answer(late, yes=False, now=eve("17.09")).state
        finally:
            go_on.set()

    _, state = together(lambda: finish_due_repairs(now=LATER), regret)

    assert state == "moved"
    late.refresh_from_db()
    assert late.slot.starts_at == at("16.50")
    assert_integrity(now=LATER)


@pytest.mark.usefixtures("_no_lock")
def test_control_without_the_lock_a_no_is_noted_and_the_person_is_moved(monkeypatch):
    _session, late = said_yes()
    passed, go_on = linger_after(monkeypatch, repair_ends, "_moves")

    def regret():
        assert passed.wait(timeout=30)
        try:
            return answer(late, yes=False, now=eve("17.09")).state
        finally:
            go_on.set()

    _, state = together(lambda: finish_due_repairs(now=LATER), regret)

    assert state == "no"
    late.refresh_from_db()
    assert late.slot.starts_at == at("16.50"), "moved in spite of the no"


def race_with_a_booking(monkeypatch):
    """Let the planning end, and a patient book the last seat of the time between its steps."""
    session, [late] = a_day(stations=1)
    start(session)
    answer(late, yes=True)
    decision = make_decision()
    target = MoveAsk.objects.get().to_slot
    passed, go_on = linger_after(monkeypatch, repair_ends, "_moves")

    def patient():
        assert passed.wait(timeout=30)
        try:
            book(
                patient_id=decision.patient_id,
                decision_id=decision.pk,
                slot_id=target.pk,
                route="intradermal",
                dose_number=1,
                not_before=None,
                by=Actor.system(),
                now=eve("17.09"),
            )
        except SlotUnavailableError:
            return "refused"
        finally:
            go_on.set()
        return "booked"

    moved, booked = together(lambda: finish_due_repairs(now=LATER), patient)
    return session, target, moved, booked


def test_a_patient_who_books_the_very_seat_finds_it_taken_and_the_move_holds(monkeypatch):
    session, target, _moved, booked = race_with_a_booking(monkeypatch)

    assert booked == "refused"
    assert states(session) == ["moved"]
    assert Appointment.objects.filter(slot=target, status="booked").count() == 1
    assert_integrity(now=LATER)


@pytest.mark.usefixtures("_no_lock")
def test_control_without_the_lock_the_database_stops_the_second_of_them(monkeypatch):
    session, target, moved, booked = race_with_a_booking(monkeypatch)

    assert (moved, booked) == ("stopped by the database", "booked")
    assert states(session) == ["yes"], "undone, to be ended by the next sweep"
    assert Appointment.objects.filter(slot=target, status="booked").count() == 1


def race_with_a_cancellation(monkeypatch):
    session, late = said_yes()
    passed, go_on = linger_after(monkeypatch, repair_ends, "_moves")

    def patient():
        assert passed.wait(timeout=30)
        try:
            cancel(appointment_id=late.pk, by=Actor.system(), now=eve("17.09"))
        except ChangedMeanwhileError:
            return "refused"
        finally:
            go_on.set()
        return "cancelled"

    moved, cancelled = together(lambda: finish_due_repairs(now=LATER), patient)
    late.refresh_from_db()
    return session, late, moved, cancelled


def test_whoever_cancels_while_they_are_moved_has_cancelled(monkeypatch):
    session, late, moved, cancelled = race_with_a_cancellation(monkeypatch)

    assert (moved, cancelled, late.status) == (1, "cancelled", "cancelled")
    assert states(session) == ["moved"]
    assert_integrity(now=LATER)


def test_control_without_the_rows_lock_the_move_fails_over_a_cancelled_time(monkeypatch):
    """The compare-and-set is the last guard: nothing of the planning is carried out then."""

    def unlocked(repair):
        return list(repair.asks.select_related("to_slot", "appointment").order_by("pk"))

    monkeypatch.setattr(repair_ends, "_locked_asks", unlocked)
    session, late = said_yes()
    passed, go_on = linger_after(monkeypatch, repair_ends, "_moves")

    def patient():
        assert passed.wait(timeout=30)
        cancel(appointment_id=late.pk, by=Actor.system(), now=eve("17.09"))
        go_on.set()

    def sweep():
        with pytest.raises(AssertionError, match="the row is locked"):
            finish_due_repairs(now=LATER)

    together(sweep, patient)

    late.refresh_from_db()
    assert late.status == "cancelled"
    assert states(session) == ["withdrawn"]
    finish_due_repairs(now=eve("17.11"))
    assert_integrity(now=LATER)
