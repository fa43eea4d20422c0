"""Planners and patients at the same moment, on real PostgreSQL, with the race shown to be real."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection
from psycopg.errors import DeadlockDetected

from appointments.domain.session_states import SessionMove
from appointments.models import Appointment, ClinicSession
from appointments.services import session_changes, sessions
from appointments.services.booking import book
from appointments.services.seats import SlotUnavailableError
from appointments.services.session_changes import SessionChanges, change_session
from appointments.services.sessions import SessionsOverlapError, move_session, plan_series
from audit.domain import Actor
from tests.conftest import owner_parameters
from tests.factories import (
    BEFORE,
    OPENING,
    make_clinic,
    make_decision,
    make_product,
    make_session,
    make_window,
    slot_at,
)

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 2  # seconds
TOKEN = UUID(int=7)


def together(*tasks):
    """Run tasks in threads of their own, with connections of their own; return their results."""
    start = Barrier(len(tasks))

    def run(task):
        connection.ensure_connection()
        try:
            start.wait(timeout=30)
            return task()
        except IntegrityError:
            return "stopped by the database"
        except OperationalError as error:
            # Two who wait for each other at an exclusion constraint: PostgreSQL stops one of them.
            if isinstance(error.__cause__, DeadlockDetected):
                return "stopped by the database"
            raise
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.fixture
def linger(monkeypatch):
    """Let those who passed the check for overlaps wait a moment for one who passes it too."""
    passed, second = [], Event()
    check = sessions.refuse_overlap

    def check_and_linger(*args, **kwargs):
        check(*args, **kwargs)
        passed.append(1)
        if len(passed) > 1:
            second.set()
        second.wait(timeout=PATIENCE)

    monkeypatch.setattr(sessions, "refuse_overlap", check_and_linger)


@pytest.fixture
def _no_clinic_lock(monkeypatch):
    monkeypatch.setattr(sessions, "lock_clinic", lambda clinic_id: None)


@pytest.fixture
def _no_session_lock(monkeypatch):
    def unlocked(session_id):
        return ClinicSession.objects.get(pk=session_id)

    monkeypatch.setattr(sessions, "lock_session", unlocked)
    monkeypatch.setattr(session_changes, "lock_session", unlocked)


def planner(clinic, product, series_id=None):
    def plan():
        try:
            series = plan_series(
                series_id=series_id,
                clinic_id=clinic.pk,
                product_id=product.pk,
                openings=[(OPENING, OPENING.replace(hour=20))],
                stations=1,
                slot_minutes=10,
                vials_allotted=1,
                offered_groups=[1],
                opened=False,
                by=Actor.system(),
                now=BEFORE,
            )
        except SessionsOverlapError:
            return "overlaps"
        return "made" if series.made else "there already"

    return plan


def two_plan(series_id=None):
    clinic, product = make_clinic(), make_product()
    make_window(clinic=clinic, product=product)
    return Counter(together(*[planner(clinic, product, series_id)] * 2))


@pytest.mark.usefixtures("linger")
def test_of_two_who_plan_the_same_time_one_is_refused():
    assert two_plan() == {"made": 1, "overlaps": 1}
    assert ClinicSession.objects.count() == 1


@pytest.mark.usefixtures("linger")
def test_a_double_click_makes_a_series_once_and_both_see_it():
    assert two_plan(TOKEN) == {"made": 1, "there already": 1}
    assert ClinicSession.objects.count() == 1


@pytest.mark.usefixtures("linger", "_no_clinic_lock")
def test_without_the_lock_the_constraint_is_the_last_guard():
    assert two_plan() == {"made": 1, "stopped by the database": 1}
    assert ClinicSession.objects.count() == 1


@pytest.mark.usefixtures("linger", "_no_clinic_lock")
def test_control_without_lock_and_constraint_both_are_made():
    """Shows that the race is real: the guards above are what stops it."""
    name = "session_alone_at_its_clinic"
    with psycopg.connect(**owner_parameters(), autocommit=True) as owner:
        [definition] = owner.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
        ).fetchone()
        owner.execute(f"ALTER TABLE appointments_clinicsession DROP CONSTRAINT {name}")
        try:
            assert two_plan() == {"made": 2}
        finally:
            owner.execute("TRUNCATE appointments_clinicsession CASCADE")
            owner.execute(
                f"ALTER TABLE appointments_clinicsession ADD CONSTRAINT {name} {definition}"
            )


def race_with_a_booking(monkeypatch, module, check, act):
    """Let an admin act, and somebody book between the admin's check and the end of the act."""
    session = make_session(vials=1, window_minutes=30)
    decision = make_decision()
    checked, booked = Event(), Event()
    real = getattr(module, check)

    def check_and_linger(*args, **kwargs):
        real(*args, **kwargs)
        checked.set()
        booked.wait(timeout=PATIENCE)

    monkeypatch.setattr(module, check, check_and_linger)

    def patient():
        assert checked.wait(timeout=30)
        try:
            book(
                patient_id=decision.patient_id,
                decision_id=decision.pk,
                slot_id=slot_at(session, "17.00").pk,
                route="intradermal",
                dose_number=1,
                not_before=None,
                by=Actor.system(),
                now=BEFORE,
            )
        except SlotUnavailableError:
            return "refused"
        finally:
            booked.set()
        return "booked"

    _, outcome = together(lambda: act(session), patient)
    session.refresh_from_db()
    return session, outcome


def cancel(session):
    move_session(session_id=session.pk, by_move=SessionMove.CANCEL, by=Actor.system(), now=BEFORE)


def take_the_vial_away(session):
    change_session(
        session_id=session.pk,
        changes=SessionChanges(vials_allotted=0),
        by=Actor.system(),
        now=BEFORE,
    )


def test_nobody_is_booked_in_a_session_that_is_just_being_cancelled(monkeypatch):
    session, outcome = race_with_a_booking(monkeypatch, sessions, "_refuse_if_people", cancel)
    assert (session.state, outcome) == ("cancelled", "refused")
    assert not Appointment.objects.exists()


@pytest.mark.usefixtures("_no_session_lock")
def test_control_without_the_lock_somebody_is_booked_in_a_cancelled_session(monkeypatch):
    session, outcome = race_with_a_booking(monkeypatch, sessions, "_refuse_if_people", cancel)
    assert (session.state, outcome) == ("cancelled", "booked")


def test_vials_are_not_taken_from_one_who_is_just_booking(monkeypatch):
    session, outcome = race_with_a_booking(
        monkeypatch, session_changes, "_check_vials", take_the_vial_away
    )
    assert (session.vials_allotted, outcome) == (0, "refused")


@pytest.mark.usefixtures("_no_session_lock")
def test_control_without_the_lock_a_booking_has_no_vial(monkeypatch):
    session, outcome = race_with_a_booking(
        monkeypatch, session_changes, "_check_vials", take_the_vial_away
    )
    assert (session.vials_allotted, outcome) == (0, "booked")
