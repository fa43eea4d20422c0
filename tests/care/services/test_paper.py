"""A visit entered from paper takes its place among what the others did meanwhile."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Event, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connections, transaction

from appointments.domain.status import Move, Status
from appointments.models import Appointment
from appointments.services.day import DayEndedError
from appointments.services.late_arrivals import check_in_late, refuse_other_days
from appointments.services.moves import move
from care.services import paper
from care.services.closing import end_day
from care.services.paper import DoseOnPaper, VisitOnPaper, enter_visit
from care.services.recording import record_given
from tests.factories import OPENING, Day, at, make_booking, make_day, make_session, make_vial
from tests.invariants import assert_integrity
from vaccinations.models import Dose, Vial
from vaccinations.services.vials import close_as_empty

NOW = at("19.00")


@pytest.fixture
def day(db: None) -> Day:
    day = make_day()
    make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=28))
    return day


@pytest.fixture
def vial(day: Day) -> Vial:
    return make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.00"))


def line(visit: Appointment, vial: Vial | None, day: Day) -> VisitOnPaper:
    dose = None
    if vial is not None:
        dose = DoseOnPaper(vial.pk, Dose.Site.LEFT_ARM, at("17.45"), day.nurse.pk)
    return VisitOnPaper(visit.pk, at("17.40"), all_no=True, dose=dose)


def enter(visit: Appointment, vial: Vial | None, day: Day) -> Dose | None:
    dose = enter_visit(line(visit, vial, day), by=day.by, now=NOW)
    visit.refresh_from_db()
    return dose


def missed(day: Day) -> Appointment:
    visit = make_booking(session=day.session, clock="17.40")
    move(visit, Move.MISS, ended_at=at("18.00"))
    return visit


def test_given_the_seat_was_given_away_then_the_person_had_what_was_left(
    day: Day, vial: Vial
) -> None:
    visit = missed(day)
    other = make_booking(session=day.session, clock="17.40")
    assert (visit.slot_id, visit.seat) == (other.slot_id, other.seat)

    enter(visit, vial, day)

    assert (visit.status, visit.standby, visit.seat) == ("vaccinated", True, None)
    other.refresh_from_db()
    assert other.status == Status.BOOKED
    assert_integrity(now=NOW)


def test_given_the_seat_is_free_still_then_it_is_kept(day: Day, vial: Vial) -> None:
    visit = missed(day)
    enter(visit, vial, day)
    assert (visit.status, visit.standby) == ("vaccinated", False)
    assert visit.seat is not None


def test_a_dose_that_was_given_is_recorded_also_when_its_next_place_fails(
    day: Day, vial: Vial, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = make_booking(session=day.session, clock="17.40")

    def fail(**_what: object) -> None:
        raise OperationalError

    monkeypatch.setattr("care.services.vaccination.place_dose_two", fail)
    with pytest.raises(OperationalError):
        enter(visit, vial, day)

    assert Dose.objects.get().patient == visit.patient
    visit.refresh_from_db()
    assert visit.status == Status.VACCINATED


def test_on_an_ended_day_nobody_is_entered_without_a_dose(day: Day, vial: Vial) -> None:
    visit, given = missed(day), missed(day)
    close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)
    end_day(session_id=day.session.pk, cases_told=False, by=day.by, now=NOW)

    with pytest.raises(DayEndedError):
        enter(visit, None, day)

    visit.refresh_from_db()
    assert visit.status == Status.NO_SHOW
    assert record_on(given, vial, day).patient == given.patient, "what happened is recorded"
    assert_integrity(now=NOW)


def record_on(visit: Appointment, vial: Vial, day: Day) -> Dose:
    reason = DoseOnPaper(vial.pk, Dose.Site.LEFT_ARM, at("17.45"), day.nurse.pk, "Glemt")
    dose = enter_visit(
        VisitOnPaper(visit.pk, at("17.40"), all_no=True, dose=reason), by=day.by, now=NOW
    )
    assert dose is not None
    return dose


def _as_the_day_is_ended(act: Any, day: Day, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Enter a visit while a colleague ends the day; return what came of each."""
    came, results, together = Event(), list[Any](), Barrier(2)

    def pause(appointment: Appointment, moment: Any, *, now: Any) -> None:
        came.set()
        together.wait(timeout=10)
        refuse_other_days(appointment, moment, now=now)
        connections["default"].cursor().execute("SELECT pg_sleep(0.5)")

    monkeypatch.setattr(paper, "refuse_other_days", pause)

    def run(first: Any) -> None:
        try:
            results.append(first())
        except Exception as error:  # noqa: BLE001
            results.append(error)
        finally:
            connections.close_all()

    def end() -> Any:
        came.wait(timeout=10)
        together.wait(timeout=10)
        return end_day(session_id=day.session.pk, cases_told=False, by=day.by, now=NOW)

    threads = [Thread(target=run, args=[one]) for one in (act, end)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(type(one).__name__ for one in results)


@pytest.mark.django_db(transaction=True)
def test_given_a_colleague_ends_the_day_when_a_visit_is_entered_then_both_come_to_rest(
    day: Day, vial: Vial, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = make_booking(session=day.session, clock="17.40")

    results = _as_the_day_is_ended(lambda: enter(visit, vial, day), day, monkeypatch)

    assert results == ["DayNotReadyError", "Dose"]
    assert Appointment.objects.filter(dose_number=2, status="booked").count() == 1
    assert_integrity(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_with_the_next_place_within_and_the_clinic_last_each_waits_for_the_other(
    day: Day, vial: Vial, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = make_booking(session=day.session, clock="17.40")

    def as_before() -> Dose:
        with transaction.atomic():
            here = check_in_late(appointment_id=visit.pk, came_at=at("17.40"), by=day.by, now=NOW)
            paper.refuse_other_days(here, at("17.45"), now=NOW)
            return _recorded(visit.pk, vial, day)

    results = _as_the_day_is_ended(as_before, day, monkeypatch)

    assert "OperationalError" in results, "a deadlock: the database ends one of them"


def _recorded(visit_id: UUID, vial: Vial, day: Day) -> Dose:
    return record_given(
        appointment_id=visit_id,
        vial_id=vial.pk,
        route=Dose.Route.INTRADERMAL,
        volume_ml=Decimal("0.1"),
        site=Dose.Site.LEFT_ARM,
        given_at=at("17.45"),
        vaccinator_id=day.nurse.pk,
        reason="Glemt",
        by=day.by,
        now=NOW,
    )
