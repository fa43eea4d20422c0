"""Two nurses at once, on real PostgreSQL; and the race without the lock, to show that it is one."""

from collections.abc import Callable
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import connections

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services.moves import ChangedMeanwhileError
from care.services.vaccination import Vaccinated, rescreen_for, vaccinate
from clinics.models import Staff
from tests.factories import (
    OPENING,
    Day,
    actor_of,
    at,
    day_answers,
    make_arrival,
    make_day,
    make_dose,
    make_patient,
    make_session,
    make_staff,
    make_vial,
)
from tests.invariants import assert_integrity, broken_invariants
from vaccinations.domain.vial_balance import units, units_left
from vaccinations.models import Dose, Vial
from vaccinations.services import doses
from vaccinations.services.vials import VialClosedError

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("17.42")


@pytest.fixture
def day() -> Day:
    return make_day()


def asked(day: Day, clock: str) -> Appointment:
    """Make a person who waits and may have the dose."""
    waiting = make_arrival(session=day.session, clock=clock, by=day.nurse)
    assert waiting.patient
    waiting.decision = rescreen_for(
        appointment_id=waiting.pk, answers=day_answers(waiting.patient), by=day.by, now=NOW
    )
    return waiting


def at_once(*acts: Callable[[], Vaccinated]) -> list[Vaccinated | Exception]:
    """Run acts at the same moment, each on a connection of its own; return what came of each."""
    ready, results = Barrier(len(acts)), list[Vaccinated | Exception]()

    def run(act: Callable[[], Vaccinated]) -> None:
        try:
            ready.wait(timeout=10)
            results.append(act())
        except Exception as error:  # noqa: BLE001
            results.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def giving(day: Day, waiting: Appointment, vial: Vial, nurse: Staff) -> Callable[[], Vaccinated]:
    def act() -> Vaccinated:
        assert waiting.decision
        return vaccinate(
            appointment_id=waiting.pk,
            decision_id=waiting.decision.pk,
            vial_id=vial.pk,
            site=Dose.Site.LEFT_ARM,
            by=actor_of(nurse, day.clinic),
            now=NOW,
        )

    return act


@pytest.mark.parametrize("_attempt", range(3))
def test_given_two_nurses_when_both_vaccinate_one_person_then_exactly_one_dose_is_given(
    day: Day, _attempt: int
) -> None:
    waiting, colleague = asked(day, "17.40"), make_staff(clinic=day.clinic, name="Ola Gran")
    make_session(clinic=day.clinic, starts_at=OPENING.replace(year=2027))
    one, other = (make_vial(clinic=day.clinic, lot=day.lot, now=at("17.30")) for _ in range(2))

    results = at_once(giving(day, waiting, one, day.nurse), giving(day, waiting, other, colleague))

    assert sorted(type(result).__name__ for result in results) == [
        "ChangedMeanwhileError",
        "Vaccinated",
    ]
    refused = next(result for result in results if isinstance(result, ChangedMeanwhileError))
    assert refused.now_status == Status.VACCINATED
    assert Dose.objects.count() == 1
    assert Appointment.objects.filter(dose_number=2).count() == 1
    assert_integrity(now=NOW)


def last_dose(day: Day) -> Vial:
    """Open a vial and give four of its five doses."""
    vial = make_vial(clinic=day.clinic, lot=day.lot, now=at("17.00"))
    for _ in range(4):
        make_dose(patient=make_patient(), vial=vial, by=day.nurse, now=at("17.10"))
    return vial


def drawn(vial_id: UUID) -> int:
    given = Dose.objects.filter(vial_id=vial_id).values_list("volume_ml", flat=True)
    return sum(units(volume) for volume in given)


@pytest.mark.parametrize("_attempt", range(3))
def test_given_two_nurses_when_both_draw_the_last_dose_then_exactly_one_gets_it(
    day: Day, _attempt: int
) -> None:
    vial, colleague = last_dose(day), make_staff(clinic=day.clinic, name="Ola Gran")
    first, second = asked(day, "17.40"), asked(day, "17.40")

    results = at_once(giving(day, first, vial, day.nurse), giving(day, second, vial, colleague))

    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in refused] == [VialClosedError]
    assert drawn(vial.pk) == 5
    assert sorted(
        Appointment.objects.filter(pk__in=[first.pk, second.pk]).values_list("status", flat=True)
    ) == [Status.ARRIVED, Status.VACCINATED]
    assert_integrity(now=NOW)


def test_control_without_the_vial_lock_the_last_dose_is_given_twice(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    vial = last_dose(day)
    first, second = asked(day, "17.40"), asked(day, "17.40")
    both_have_looked = Barrier(2)

    def look_without_lock(vial_id: UUID, _clinic_id: int) -> tuple[Vial, int]:
        seen = Vial.objects.select_related("lot").get(pk=vial_id)
        given = seen.doses.filter(voided_at=None).values_list("volume_ml", flat=True)
        left = units_left(given, discarded=seen.discarded, not_obtainable=seen.not_obtainable)
        both_have_looked.wait(timeout=10)
        return seen, left

    monkeypatch.setattr(doses, "lock_vial", look_without_lock)

    results = at_once(giving(day, first, vial, day.nurse), giving(day, second, vial, day.nurse))

    assert [type(result) for result in results] == [Vaccinated, Vaccinated]
    assert drawn(vial.pk) == 6, "six doses from a vial of five: the lock is what prevents it"
    assert broken_invariants(now=NOW) == {"vial.balance"}
