"""Two nurses end a day, or one ends it as somebody comes: on real PostgreSQL, with controls."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from appointments.domain.status import Status
from appointments.models import Appointment, DayClosing
from appointments.selectors.closing import is_ended
from appointments.services import closing
from appointments.services import day as day_services
from appointments.services.closing import DayEndedAlreadyError, DayNotReadyError
from appointments.services.day import check_in
from appointments.services.late_arrivals import check_in_late
from care.services.closing import end_day
from clinics.models import Staff
from tests.factories import Day, actor_of, at, make_booking, make_day, make_staff
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("19.00")


@pytest.fixture
def day() -> Day:
    return make_day()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts at the same moment, each on a connection of its own; return what came of each."""
    ready, results = Barrier(len(acts)), list[Any]()

    def run(act: Callable[[], Any]) -> None:
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


def ending(day: Day, by: Staff) -> Callable[[], DayClosing]:
    return lambda: end_day(
        session_id=day.session.pk, cases_told=False, by=actor_of(by, day.clinic), now=NOW
    )


@pytest.mark.parametrize("_attempt", range(3))
def test_given_two_nurses_when_both_end_the_day_then_one_does_and_the_other_sees_it(
    day: Day, _attempt: int
) -> None:
    colleague = make_staff(clinic=day.clinic, name="Ola Gran")

    results = at_once(ending(day, day.nurse), ending(day, colleague))

    assert sorted(type(result).__name__ for result in results) == [
        "DayClosing",
        "DayEndedAlreadyError",
    ]
    refused = next(one for one in results if isinstance(one, DayEndedAlreadyError))
    assert refused.closing == DayClosing.objects.get()
    assert_integrity(now=NOW)


def test_without_a_look_under_the_lock_the_database_itself_refuses_the_second(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "closing_of", lambda _session_id: None)

    results = at_once(ending(day, day.nurse), ending(day, day.nurse))

    assert sorted(type(result).__name__ for result in results) == ["DayClosing", "IntegrityError"]


def late_comer(day: Day) -> Appointment:
    """Somebody who was noted as not come, and now stands in the door."""
    late = make_booking(session=day.session, clock="18.00")
    Appointment.objects.filter(pk=late.pk).update(status=Status.NO_SHOW, ended_at=NOW)
    return late


@pytest.mark.parametrize("_attempt", range(3))
def test_given_somebody_who_comes_as_the_day_is_ended_then_they_are_not_left_in_limbo(
    day: Day, _attempt: int
) -> None:
    expected = make_booking(session=day.session, clock="18.00")

    results = at_once(
        ending(day, day.nurse),
        lambda: check_in(appointment_id=expected.pk, by=day.by, now=NOW),
    )

    assert any(isinstance(result, DayNotReadyError) for result in results)
    assert not is_ended(day.session.pk)
    assert_integrity(now=NOW)


def test_without_the_guard_somebody_comes_to_a_day_that_is_ended(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending(day, day.nurse)()
    late = make_booking_after_the_end(day)
    monkeypatch.setattr(day_services, "is_ended", lambda _session_id: False)

    check_in(appointment_id=late.pk, by=day.by, now=NOW)

    late.refresh_from_db()
    assert (late.status, is_ended(day.session.pk)) == (Status.ARRIVED, True)


def make_booking_after_the_end(day: Day) -> Appointment:
    """Book somebody into the day although it is ended, as no page does."""
    type(day.session).objects.filter(pk=day.session.pk).update(state="open")
    return make_booking(session=day.session, clock="18.30")


def test_what_happened_is_entered_from_paper_also_when_the_day_is_ended(day: Day) -> None:
    late = late_comer(day)
    ending(day, day.nurse)()

    check_in_late(appointment_id=late.pk, came_at=at("18.05"), by=day.by, now=NOW)

    late.refresh_from_db()
    assert (late.status, late.arrived_at) == (Status.ARRIVED, at("18.05"))
