"""The sweep that plans days at their cutoff, and whom it invites on short notice."""

from datetime import timedelta

import pytest

from appointments.models import ClinicSession, Repair
from appointments.services import standby
from appointments.services.repairs import (
    finish_due_repairs,
    start_due_repairs,
)
from patients.models import Patient
from tests.appointments.services.cutoff import (
    CUTOFF,
    a_day,
    answer,
    early_people,
    eve,
    late_person,
    start,
    states,
)
from tests.factories import (
    OPENING,
    at,
    make_clinic,
    make_patient,
    make_session,
)
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sound():
    """Whatever happens, the rows are sound afterwards."""
    yield
    assert_integrity(now=eve("17.00"))


# The sweep


def test_the_sweep_plans_each_session_once_its_cutoff_has_come():
    a_day()
    make_session(starts_at=OPENING + timedelta(days=7))

    assert start_due_repairs(now=eve("15.59")) == 0
    assert start_due_repairs(now=CUTOFF) == 1
    assert start_due_repairs(now=eve("16.01")) == 0
    assert Repair.objects.get().started_by is None


def test_a_day_whose_policy_cannot_be_read_stops_no_other(caplog):
    broken, _late = a_day()
    make_session(
        clinic=make_clinic(slug="ullern", name="Ullern"), starts_at=OPENING + timedelta(hours=1)
    )
    ClinicSession.objects.filter(pk=broken.pk).update(policy={"margin_min": -1})

    assert start_due_repairs(now=CUTOFF) == 1
    assert "cannot be read" in caplog.text
    ClinicSession.objects.filter(pk=broken.pk).update(policy={})
    assert start_due_repairs(now=eve("16.05")) == 1


def test_the_sweep_plans_again_what_staff_planned_before_the_cutoff():
    session, [late] = a_day()
    start(session, now=eve("10.00"))
    answer(late, yes=False, now=eve("10.30"))
    finish_due_repairs(now=eve("10.31"))

    assert start_due_repairs(now=CUTOFF) == 1
    assert states(session) == ["no"], "and asks nobody twice"
    assert [repair.number for repair in Repair.objects.order_by("number")] == [1, 2]


def test_the_sweep_leaves_alone_what_staff_are_at_and_comes_back():
    session, _late = a_day()
    start(session, now=eve("15.00"))

    assert start_due_repairs(now=CUTOFF) == 0
    finish_due_repairs(now=eve("18.00"))
    assert start_due_repairs(now=eve("18.01")) == 1


def test_a_cutoff_missed_at_night_waits_for_the_morning():
    session, _late = a_day()

    assert start_due_repairs(now=eve("22.00")) == 0
    assert start_due_repairs(now=at("03.00")) == 0
    assert start_due_repairs(now=at("08.00")) == 1
    assert states(session) == ["asked"]


def test_drafts_cancelled_and_past_sessions_are_left_alone():
    make_session(opened=False)
    cancelled = make_session(starts_at=OPENING + timedelta(hours=5), hours=1)
    ClinicSession.objects.filter(pk=cancelled.pk).update(state="cancelled")
    make_session(starts_at=OPENING - timedelta(days=3))

    assert start_due_repairs(now=eve("17.00")) == 0


# Standby


def test_people_on_short_notice_are_invited_for_what_is_left_over(monkeypatch):
    invited = []

    def invite(*, session_id, number, by, now):
        invited.append((session_id, number))
        return [object()] * number

    monkeypatch.setattr(standby, "invite_ahead", invite)
    session = make_session()
    early_people(session)

    repair = start(session)

    # Three booked: 4.7 doses a vial, 2.55 expected to come, 60 % of the 2.15 left: 1.
    assert invited == [(session.pk, 1)]
    assert repair.standby_invited == 1


def test_with_a_long_window_nobody_is_invited_ahead(monkeypatch):
    asked_for = []

    def invite(*, number, **_others):
        asked_for.append(number)
        return []

    monkeypatch.setattr(standby, "invite_ahead", invite)
    session = make_session(window_minutes=180)
    early_people(session)

    start(session)

    assert asked_for in ([], [0])


def test_somebody_with_a_protected_address_can_be_asked_too():
    session = make_session()
    early_people(session)
    patient = make_patient()
    Patient.objects.filter(pk=patient.pk).update(protected_address=True)
    late_person(session, patient=patient)

    start(session)

    assert states(session) == ["asked"]
