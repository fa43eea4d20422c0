"""Two at once: one number in two hands, one person at two desks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import connections

from appointments.models import Appointment
from appointments.services.moves import ChangedMeanwhileError
from care.services.arrivals import arrive
from patients.models import IdentityCheck, Patient
from patients.services.identity import Shown
from patients.services.registration import IdentityTakenError
from tests.care.conftest import NOW
from tests.conftest import owner_parameters
from tests.factories import Day, make_booking, make_day, make_patient
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "15108695088"


@pytest.fixture
def day() -> Day:
    return make_day()


def check_in(one: Appointment, day: Day) -> str:
    assert one.patient
    shown = Shown(
        one.patient.given_name, one.patient.family_name, one.patient.birth_date, "national", NUMBER
    )
    try:
        arrive(appointment_id=one.pk, document="passport", shown=shown, by=day.by, now=NOW)
    except (IdentityTakenError, ChangedMeanwhileError) as error:
        return type(error).__name__
    finally:
        connections.close_all()
    return "arrived"


def together(*each: Any) -> list[str]:
    """Run them from threads that start at once; return what became of each, sorted."""
    start = Barrier(len(each))

    def run(one: Any) -> str:
        start.wait(10)
        result: str = one()
        return result

    with ThreadPoolExecutor(len(each)) as pool:
        return sorted(pool.map(run, each))


def two_with_one_number(day: Day) -> list[Appointment]:
    return [
        make_booking(session=day.session, patient=make_patient(), clock=clock)
        for clock in ("18.00", "18.10")
    ]


def test_of_two_people_with_one_number_one_arrives_and_the_other_is_told(day: Day) -> None:
    one, other = two_with_one_number(day)

    results = together(lambda: check_in(one, day), lambda: check_in(other, day))

    assert results == ["IdentityTakenError", "arrived"]
    assert Patient.objects.exclude(id_number_hash="").count() == 1
    assert Appointment.objects.filter(status="arrived").count() == 1
    assert_integrity(now=NOW)


def test_without_the_unique_constraint_both_would_have_the_number(day: Day) -> None:
    one, other = two_with_one_number(day)
    with psycopg.connect(**owner_parameters()) as owner:
        made = owner.execute(
            "SELECT pg_get_indexdef('patient_one_per_seen_number'::regclass)"
        ).fetchone()
        owner.execute("DROP INDEX patient_one_per_seen_number")
    assert made
    try:
        results = together(lambda: check_in(one, day), lambda: check_in(other, day))
        assert results == ["arrived", "arrived"]
    finally:
        Patient.objects.update(id_seen_at=None)
        with psycopg.connect(**owner_parameters()) as owner:
            owner.execute(made[0])


def test_of_two_nurses_with_one_person_one_checks_in(day: Day) -> None:
    one = make_booking(session=day.session, clock="18.00")

    results = together(lambda: check_in(one, day), lambda: check_in(one, day))

    assert results == ["ChangedMeanwhileError", "arrived"]
    assert IdentityCheck.objects.count() == 1
    assert_integrity(now=NOW)
