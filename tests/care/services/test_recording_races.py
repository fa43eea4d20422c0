"""Two who act on one dose at once, on real PostgreSQL; and the race without the lock."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from appointments.models import Appointment, Slot
from appointments.services.booking import rebook
from care.services import recording
from care.services.recording import record_given
from care.services.vaccination import rescreen_for, vaccinate
from care.services.voiding import void_dose
from clinics.domain.roles import Role
from clinics.models import Staff
from tests.factories import (
    OPENING,
    Day,
    actor_of,
    at,
    day_answers,
    make_arrival,
    make_day,
    make_session,
    make_staff,
    make_vial,
)
from tests.invariants import assert_integrity
from vaccinations.domain.deviations import Asked
from vaccinations.models import Dose, Vial

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("18.00")
Act = Callable[[], Any]


@pytest.fixture
def day() -> Day:
    return make_day()


def at_once(*acts: Act) -> list[Any]:
    """Run acts at the same moment, each on a connection of its own; return what came of each."""
    ready, results = Barrier(len(acts)), list[Any]()

    def run(act: Act) -> None:
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


def names(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def recording_by(day: Day, waiting: Appointment, vial: Vial, nurse: Staff) -> Act:
    return lambda: record_given(
        appointment_id=waiting.pk,
        vial_id=vial.pk,
        route=Dose.Route.INTRADERMAL,
        volume_ml=Decimal("0.1"),
        site=Dose.Site.LEFT_ARM,
        given_at=at("17.45"),
        vaccinator_id=nurse.pk,
        reason="Glemt",
        asked=Asked.ALL_DENIED,
        by=actor_of(nurse, day.clinic),
        now=NOW,
    )


def _two_recording(day: Day) -> list[Any]:
    waiting = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    colleague = make_staff(clinic=day.clinic, name="Ola Gran")
    one, other = (make_vial(clinic=day.clinic, lot=day.lot, now=at("17.30")) for _ in range(2))
    return at_once(
        recording_by(day, waiting, one, day.nurse), recording_by(day, waiting, other, colleague)
    )


@pytest.mark.parametrize("_attempt", range(2))
def test_two_nurses_record_one_persons_dose_and_it_is_recorded_once(
    day: Day, _attempt: int
) -> None:
    assert names(_two_recording(day)) == ["ChangedMeanwhileError", "Dose"]
    assert Dose.objects.count() == 1
    assert_integrity(now=NOW)


def test_without_the_lock_the_second_nurse_is_stopped_by_the_constraint_only(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = Barrier(2)

    def read(appointment_id: Any) -> Appointment:
        found = Appointment.objects.select_related("slot__session__clinic", "decision").get(
            pk=appointment_id
        )
        together.wait(timeout=10)
        return found

    monkeypatch.setattr(recording, "locked_visit", read)

    refused = next(name for name in names(_two_recording(day)) if name != "Dose")
    assert refused == "DoseAlreadyGivenError", "both got as far as writing the dose"
    assert Dose.objects.count() == 1


def vaccinated(day: Day) -> Appointment:
    waiting = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    assert waiting.patient
    decision = rescreen_for(
        appointment_id=waiting.pk, answers=day_answers(waiting.patient), by=day.by, now=at("17.41")
    )
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))
    vaccinate(
        appointment_id=waiting.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        by=day.by,
        now=at("17.42"),
    )
    waiting.refresh_from_db()
    return waiting


def voiding(day: Day, visit: Appointment, now: Any = NOW) -> Act:
    by = actor_of(make_staff(Role.LEAD, clinic=day.clinic), day.clinic, Role.LEAD)
    dose_id = visit.dose_id
    assert dose_id
    return lambda: void_dose(dose_id=dose_id, reason="Feil person", by=by, now=now)


@pytest.mark.parametrize("_attempt", range(2))
def test_two_void_one_record_and_it_is_voided_once(day: Day, _attempt: int) -> None:
    visit = vaccinated(day)
    assert names(at_once(voiding(day, visit), voiding(day, visit))) == [
        "AlreadyVoidedError",
        "Dose",
    ]
    assert_integrity(now=NOW)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=1)], ids=["today", "tomorrow"])
def test_the_record_is_voided_while_dose_two_is_moved_and_both_come_to_rest(
    day: Day, later: timedelta
) -> None:
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=28))
    other = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=35))
    visit = vaccinated(day)
    place = Appointment.objects.get(dose_number=2)
    slot = Slot.objects.filter(session=other).first()
    assert slot
    now = NOW + later

    results = at_once(
        voiding(day, visit, now=now),
        lambda: rebook(appointment_id=place.pk, slot_id=slot.pk, by=day.by, now=now),
    )

    place.refresh_from_db()
    assert "Dose" in names(results)
    assert set(names(results)) <= {"Dose", "Appointment", "ChangedMeanwhileError"}
    assert place.status == ("cancelled" if later else "booked")
    assert_integrity(now=now)
