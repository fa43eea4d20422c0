"""Somebody without a time gets a dose that is spare; the last one goes to one person only."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from appointments.models import Appointment
from appointments.services import walk_ins
from appointments.services.booking import DoseGivenError
from appointments.services.day import NotTodayError
from appointments.services.walk_ins import NoSpareDoseError
from care.services.phone_booking import Caller, HasTimeError
from care.services.spare import spare_now
from care.services.walk_in import take_in_walk_in
from eligibility.domain.answers import Answers, Gender, RiskBehaviour
from eligibility.services.rule_sets import rule_set_in_force
from eligibility.services.screening import Screened
from patients.domain.contact import Contact
from patients.models import Patient
from tests.factories import (
    BORN,
    Day,
    at,
    make_booking,
    make_day,
    make_dose,
    make_patient,
    make_vial,
)
from tests.invariants import assert_integrity

NOW = at("17.42")


def caller(name="Alice", number="+4741234567"):
    return Caller(
        given_name=name,
        family_name="Ås",
        born=BORN,
        contact=Contact("sms", number),
        language="nb",
        interpreter="",
        protected_address=False,
    )


def screened():
    told = Answers(
        date_of_birth=BORN,
        assessed_on=NOW.date(),
        gender=Gender.MAN,
        sex_with_men=True,
        risk_behaviours=frozenset({RiskBehaviour.CASUAL_SEX}),
    )
    return Screened(answers=told, decision=rule_set_in_force(told.assessed_on).decide(told))


def come(day: Day, who: Caller | None = None, now=NOW):
    return take_in_walk_in(
        session_id=day.session.pk,
        caller=who or caller(),
        basis=screened(),
        asked_by=day.nurse,
        by=day.by,
        now=now,
    )


def vial_with(day: Day, left: int):
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.00"))
    for _ in range(5 - left):
        make_dose(vial=vial, by=day.nurse, now=at("17.10"))
    return vial


@pytest.fixture
def day(db):
    return make_day()


def test_who_comes_waits_for_the_spare_dose_with_no_seat_and_no_planned_vial(day):
    vial_with(day, left=2)

    visit = come(day)

    assert (visit.status, visit.walk_in, visit.standby, visit.seat) == ("arrived", True, True, None)
    assert visit.id_seen_by_id == day.nurse.pk
    assert visit.decision.decided_by == day.nurse
    assert_integrity(now=NOW)


def test_each_one_taken_in_makes_one_fewer_spare(day):
    vial_with(day, left=2)
    assert spare_now(day.session, now=NOW).number == 2
    come(day)
    assert spare_now(day.session, now=NOW).number == 1


def test_people_with_a_time_come_first_and_nothing_of_the_other_is_kept(day):
    vial_with(day, left=1)
    make_booking(session=day.session, clock="17.50")
    people = Patient.objects.count()

    # A vial is opened for the booked one, and has doses over; without stock, it is not.
    day.lot.state = "quarantined"
    day.lot.save()
    with pytest.raises(NoSpareDoseError):
        come(day)

    assert Patient.objects.count() == people
    assert not Appointment.objects.filter(walk_in=True).exists()


def test_who_has_a_time_is_told_so(day):
    vial_with(day, left=3)
    patient = make_patient(given_name="Alice", family_name="Ås", phone="+4741234567")
    booking = make_booking(session=day.session, patient=patient, clock="18.10")
    with pytest.raises(HasTimeError) as told:
        come(day)
    assert told.value.appointment.pk == booking.pk


def test_pressed_twice_it_is_one_visit(day):
    vial_with(day, left=3)
    come(day)
    with pytest.raises(HasTimeError):
        come(day)
    assert Appointment.objects.filter(walk_in=True).count() == 1


def test_who_had_the_dose_is_not_taken_in_for_it(day):
    vial = vial_with(day, left=3)
    patient = make_patient(given_name="Alice", family_name="Ås", phone="+4741234567")
    make_dose(patient=patient, vial=vial, by=day.nurse, now=at("17.20"))
    with pytest.raises(DoseGivenError):
        come(day)


def test_only_on_the_day(day):
    vial_with(day, left=3)
    with pytest.raises(NotTodayError):
        come(day, now=at("17.42").replace(day=27))


def both_at_once(day):
    ready = Barrier(2)

    def act(who):
        try:
            ready.wait(timeout=10)
            return come(day, who)
        except NoSpareDoseError:
            return None
        finally:
            connection.close()

    people = [caller("Alice", "+4741234567"), caller("Bob", "+4741234568")]
    with ThreadPoolExecutor(2) as pool:
        return [visit for visit in pool.map(act, people) if visit is not None]


@pytest.mark.parametrize("_attempt", range(3))
@pytest.mark.django_db(transaction=True)
def test_the_last_spare_dose_goes_to_one_of_two(_attempt):
    day = make_day()
    vial_with(day, left=1)

    assert len(both_at_once(day)) == 1

    assert Appointment.objects.filter(walk_in=True).count() == 1
    assert_integrity(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_get_it(monkeypatch):
    day = make_day()
    vial_with(day, left=1)
    counted = Barrier(2)

    def no_lock(session_id):
        return day.session

    def slowly(session, *, now):
        found = spare_now(session, now=now)
        counted.wait(timeout=10)
        return found

    monkeypatch.setattr(walk_ins, "lock_session", no_lock)
    monkeypatch.setattr("care.services.walk_in.spare_now", slowly)

    assert len(both_at_once(day)) == 2
