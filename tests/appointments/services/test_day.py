"""Somebody comes, was checked in by mistake, or is turned away."""

from datetime import timedelta

import pytest

from appointments.domain.status import MoveNotAllowedError, Status
from appointments.models import Appointment
from appointments.services.booking import cancel
from appointments.services.day import NotTodayError, check_in, turn_away, undo_check_in
from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.calendar import OSLO
from tests.factories import at, make_arrival, make_booking, make_day, make_session, oslo

pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    return make_day()


def arrive(appointment, day, now):
    return check_in(appointment_id=appointment.pk, by=day.by, now=now)


def row(appointment):
    return Appointment.objects.get(pk=appointment.pk)


def audited(appointment):
    return list(
        AuditEntry.objects.filter(object_id=str(appointment.pk))
        .exclude(action="appointment.booked")
        .order_by("pk")
        .values_list("action", "patient_id", "actor_id", "reason")
    )


def test_who_comes_is_noted_with_time_and_who_saw_the_id(day):
    appointment = make_booking(session=day.session, clock="17.00")
    arrive(appointment, day, at("16.52"))
    arrived = row(appointment)
    assert (arrived.status, arrived.arrived_at) == (Status.ARRIVED, at("16.52"))
    assert arrived.id_seen_by == day.nurse
    assert audited(appointment) == [
        ("appointment.arrived", appointment.patient_id, str(day.nurse.pk), "")
    ]


@pytest.mark.parametrize("clock", ["00.00", "15.00", "16.00", "19.59", "23.59"])
def test_the_whole_day_of_the_appointment_is_the_day(day, clock):
    appointment = make_booking(session=day.session, clock="17.00")
    assert arrive(appointment, day, at(clock)).status == Status.ARRIVED


@pytest.mark.parametrize("days", [-7, -1, 1, 7])
def test_on_another_day_nobody_is_checked_in(day, days):
    appointment = make_booking(session=day.session, clock="17.00")
    with pytest.raises(NotTodayError):
        arrive(appointment, day, at("17.00") + timedelta(days=days))
    assert row(appointment).status == Status.BOOKED
    assert audited(appointment) == []


def test_a_session_past_midnight_is_still_the_day_it_began(day):
    late = make_session(clinic=day.clinic, starts_at=at("22.00") + timedelta(days=7), hours=4)
    appointment = make_booking(session=late, clock="23.00")
    after_midnight = oslo(late.date + timedelta(days=1), "00.30")
    assert arrive(appointment, day, after_midnight).status == Status.ARRIVED
    other = make_booking(session=late, clock="23.10")
    with pytest.raises(NotTodayError):
        arrive(other, day, oslo(late.date + timedelta(days=1), "02.01"))


def test_one_whose_time_is_past_midnight_may_come_when_the_session_has_begun(day):
    late = make_session(clinic=day.clinic, starts_at=at("22.00") + timedelta(days=7), hours=4)
    after_midnight = late.slots.get(starts_at=oslo(late.date + timedelta(days=1), "01.00"))
    appointment = make_booking(session=late)
    Appointment.objects.filter(pk=appointment.pk).update(
        slot=after_midnight, date=late.date + timedelta(days=1)
    )
    assert arrive(appointment, day, oslo(late.date, "23.30")).status == Status.ARRIVED


@pytest.mark.parametrize("moment", ["2026-03-29", "2026-10-25"])
def test_on_a_day_when_the_clocks_change_people_come_as_on_others(day, moment):
    year, month, number = map(int, moment.split("-"))
    opening = at("10.00").replace(year=year, month=month, day=number)
    session = make_session(clinic=day.clinic, starts_at=opening)
    appointment = make_booking(session=session, clock="11.00", now=opening - timedelta(days=2))
    first_minute = opening.astimezone(OSLO).replace(hour=0, minute=1)
    with pytest.raises(NotTodayError):
        arrive(appointment, day, first_minute - timedelta(minutes=2))
    assert arrive(appointment, day, first_minute).status == Status.ARRIVED


def test_who_is_checked_in_twice_is_refused_the_second_time(day):
    appointment = make_booking(session=day.session, clock="17.00")
    arrive(appointment, day, at("16.52"))
    with pytest.raises(MoveNotAllowedError):
        arrive(appointment, day, at("16.53"))
    assert row(appointment).arrived_at == at("16.52")


def test_who_has_cancelled_is_not_checked_in(day):
    appointment = make_booking(session=day.session, clock="17.00")
    cancel(appointment_id=appointment.pk, by=Actor.system(), now=at("12.00"))
    with pytest.raises(MoveNotAllowedError):
        arrive(appointment, day, at("16.52"))


def test_a_check_in_that_is_taken_back_leaves_no_time_and_no_id_behind(day):
    appointment = make_arrival(session=day.session, clock="17.00", by=day.nurse)
    undo_check_in(appointment_id=appointment.pk, by=day.by, now=at("17.05"))
    back = row(appointment)
    assert (back.status, back.arrived_at, back.id_seen_by) == (Status.BOOKED, None, None)
    assert [action for action, *_ in audited(appointment)] == [
        "appointment.arrived",
        "appointment.arrival_undone",
    ]
    assert arrive(appointment, day, at("17.06")).status == Status.ARRIVED


def test_there_is_no_check_in_to_take_back_before_one_or_on_another_day(day):
    booked = make_booking(session=day.session, clock="17.00")
    with pytest.raises(MoveNotAllowedError):
        undo_check_in(appointment_id=booked.pk, by=day.by, now=at("17.00"))
    arrived = make_arrival(session=day.session, clock="17.10", by=day.nurse)
    with pytest.raises(NotTodayError):
        undo_check_in(appointment_id=arrived.pk, by=day.by, now=at("17.10") + timedelta(days=1))


def test_who_is_turned_away_frees_the_seat_and_the_reason_is_audited(day):
    appointment = make_arrival(session=day.session, clock="17.00", by=day.nurse, now=at("16.40"))
    turn_away(appointment_id=appointment.pk, reason="defer", by=day.by, now=at("16.45"))
    gone = row(appointment)
    assert (gone.status, gone.ended_at) == (Status.TURNED_AWAY, at("16.45"))
    assert audited(appointment)[-1] == (
        "appointment.turned_away",
        appointment.patient_id,
        str(day.nurse.pk),
        "defer",
    )
    taken = make_booking(session=day.session, clock="17.00", now=at("16.50"))
    assert taken.seat == gone.seat


def test_nobody_is_turned_away_who_has_not_come(day):
    booked = make_booking(session=day.session, clock="17.00")
    with pytest.raises(MoveNotAllowedError):
        turn_away(appointment_id=booked.pk, reason="defer", by=day.by, now=at("17.00"))
