"""A stop that passes leads to another day, never to a visit that just ends."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from appointments.models import Appointment, ClinicSession
from appointments.selectors.places import free_places
from appointments.selectors.postponed import to_be_called
from appointments.services import day as day_services
from appointments.services import postponing
from appointments.services.booking import AlreadyBookedError, TooEarlyError
from appointments.services.moves import ChangedMeanwhileError
from audit.models import AuditEntry
from care.services.postponing import NotPostponedError, later_of, postpone_visit
from care.services.vaccination import PlanChangedError, rescreen_for
from care.services.visit_review import end_visit
from clinics.domain.calendar import oslo_date
from eligibility.models import Decision
from notifications.models import Message
from tests.care.services.test_vaccination_races import at_once
from tests.factories import (
    OPENING,
    Day,
    actor_of,
    at,
    day_answers,
    make_arrival,
    make_day,
    make_dose,
    make_session,
    make_staff,
    make_vial,
    slot_at,
)
from tests.invariants import assert_integrity

NOW = at("17.42")


@pytest.fixture
def day() -> Day:
    return make_day()


@pytest.fixture
def later(day: Day) -> ClinicSession:
    return make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))


def asked(day: Day, clock: str = "17.40", **answers: Any) -> Appointment:
    waiting = make_arrival(session=day.session, clock=clock, by=day.nurse)
    assert waiting.patient
    told = answers or {"fever_over_38": True}
    waiting.decision = rescreen_for(
        appointment_id=waiting.pk, answers=day_answers(waiting.patient, **told), by=day.by, now=NOW
    )
    return waiting


def postpone(day: Day, waiting: Appointment, session: ClinicSession, **changed: Any) -> Appointment:
    assert waiting.decision_id
    return postpone_visit(
        **{
            "appointment_id": waiting.pk,
            "decision_id": waiting.decision_id,
            "slot_id": slot_at(session, "17.00").pk,
            "by": day.by,
            "now": NOW,
            **changed,
        }
    )


@pytest.mark.django_db
def test_given_a_fever_when_postponed_then_the_old_place_is_free_and_the_new_one_is_told_of(
    day: Day, later: ClinicSession
) -> None:
    waiting = asked(day)

    new = postpone(day, waiting, later)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.ended_at) == ("turned_away", NOW)
    assert (new.status, new.date) == ("booked", later.date)
    assert new.decision_id == waiting.decision_id
    free = free_places(
        day.clinic.pk, route="intradermal", group=3, not_before=day.session.date, now=at("17.00")
    )
    assert any(place.slot_id == waiting.slot_id for place in free[0].places)
    assert Message.objects.filter(subject_id=new.pk, kind="booked").exists()
    assert AuditEntry.objects.get(action="appointment.turned_away").reason == "defer"
    assert not to_be_called([day.clinic.pk], now=NOW).exists()
    assert_integrity(now=NOW)


@pytest.mark.django_db
def test_given_a_fever_when_the_new_time_is_today_then_it_is_refused_and_nothing_changes(
    day: Day,
) -> None:
    waiting = asked(day)
    with pytest.raises(TooEarlyError):
        postpone(day, waiting, day.session, slot_id=slot_at(day.session, "19.00").pk)
    waiting.refresh_from_db()
    assert waiting.status == "arrived"
    assert not AuditEntry.objects.filter(action="appointment.turned_away").exists()


@pytest.mark.django_db
def test_given_too_few_days_then_the_first_possible_day_is_what_it_is_postponed_to(
    day: Day,
) -> None:
    earlier = OPENING - timedelta(days=21)
    waiting = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    make_dose(patient=waiting.patient, vial=make_vial(clinic=day.clinic, now=earlier), now=earlier)
    assert waiting.patient
    waiting.decision = rescreen_for(
        appointment_id=waiting.pk, answers=day_answers(waiting.patient), by=day.by, now=NOW
    )

    later = later_of(waiting, now=NOW)

    assert later is not None
    assert (later.not_before, later.reason) == (oslo_date(earlier) + timedelta(days=28), "interval")
    assert (later.course.next_dose, later.group) == (2, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answers",
    [{"mpox_symptoms": True}, {"had_mpox": True}, {"pregnant": True}, {"breastfeeding": True}],
)
def test_given_other_outcomes_when_postponed_then_it_is_refused(
    day: Day, later: ClinicSession, answers: dict[str, bool]
) -> None:
    with pytest.raises(NotPostponedError):
        postpone(day, asked(day, **answers), later)


@pytest.mark.django_db
def test_given_newer_answers_than_the_nurse_has_seen_then_it_is_refused(
    day: Day, later: ClinicSession
) -> None:
    waiting = asked(day)
    seen = waiting.decision_id
    assert waiting.patient
    rescreen_for(
        appointment_id=waiting.pk, answers=day_answers(waiting.patient), by=day.by, now=NOW
    )
    with pytest.raises(PlanChangedError):
        postpone(day, waiting, later, decision_id=seen)


@pytest.mark.django_db
def test_given_no_new_time_then_the_person_is_to_be_called_until_there_is_one(
    day: Day, later: ClinicSession
) -> None:
    waiting = asked(day)
    end_visit(appointment_id=waiting.pk, reason="defer", by=day.by, now=NOW)
    assert list(to_be_called([day.clinic.pk], now=NOW)) == [waiting]

    new = postpone(day, waiting, later, now=NOW + timedelta(days=2))

    assert new.date == later.date
    assert not to_be_called([day.clinic.pk], now=NOW).exists()
    assert_integrity(now=NOW + timedelta(days=2))


@pytest.mark.django_db
def test_given_a_call_when_the_person_wants_no_time_then_nobody_calls_again(day: Day) -> None:
    waiting = asked(day)
    end_visit(appointment_id=waiting.pk, reason="defer", by=day.by, now=NOW)

    postponing.decline(appointment_id=waiting.pk, by=day.by, now=NOW + timedelta(days=2))

    waiting.refresh_from_db()
    assert waiting.status == "declined"
    assert not to_be_called([day.clinic.pk], now=NOW).exists()
    assert AuditEntry.objects.filter(action="appointment.declined").count() == 1
    assert_integrity(now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("answers", [{"mpox_symptoms": True}, {"had_mpox": True}])
def test_given_a_stop_for_good_then_nobody_is_to_be_called(
    day: Day, answers: dict[str, bool]
) -> None:
    waiting = asked(day, **answers)
    end_visit(appointment_id=waiting.pk, reason="x", by=day.by, now=NOW)
    assert not to_be_called([day.clinic.pk], now=NOW).exists()


@pytest.mark.django_db
def test_given_an_approved_review_and_a_fever_when_back_then_the_review_does_not_ask_again(
    day: Day, later: ClinicSession
) -> None:
    waiting = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    assert waiting.patient
    # As a clinician approves it: the reason stands, and the outcome is eligible.
    Decision.objects.filter(pk=waiting.decision_id).update(
        source="clinician", reasons=["A1", "R16"], decided_by=day.nurse
    )
    waiting.decision = rescreen_for(
        appointment_id=waiting.pk,
        answers=day_answers(waiting.patient, pregnant=True, fever_over_38=True),
        by=day.by,
        now=NOW,
    )
    assert waiting.decision.outcome == "defer"
    new = postpone(day, waiting, later)
    day_services.check_in(appointment_id=new.pk, by=day.by, now=new.slot.starts_at)

    again = rescreen_for(
        appointment_id=new.pk,
        answers=day_answers(waiting.patient, pregnant=True),
        by=day.by,
        now=new.slot.starts_at,
    )

    assert again.outcome == "eligible"


def racing(day: Day, waiting: Appointment, session: ClinicSession) -> list[Any]:
    """Let two nurses postpone the same visit at the same moment, each to a time of their own."""
    colleague = actor_of(make_staff(clinic=day.clinic, name="Ola Gran"), day.clinic)

    def act(clock: str, by: Any) -> Callable[[], Any]:
        slot_id = slot_at(session, clock).pk
        return lambda: postpone(day, waiting, session, slot_id=slot_id, by=by)

    return at_once(act("17.00", day.by), act("18.00", colleague))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_attempt", range(3))
def test_given_two_nurses_when_both_postpone_a_visit_then_there_is_one_new_time(
    day: Day, later: ClinicSession, _attempt: int
) -> None:
    waiting = asked(day)

    results = racing(day, waiting, later)

    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in refused] in ([ChangedMeanwhileError], [AlreadyBookedError])
    assert Appointment.objects.filter(patient=waiting.patient, status="booked").count() == 1
    assert AuditEntry.objects.filter(action="appointment.turned_away").count() == 1
    assert_integrity(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_control_without_compare_and_set_a_visit_ends_twice(
    day: Day, later: ClinicSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, both_have_looked = asked(day), Barrier(2)

    def unguarded(appointment: Appointment, by_move: Any, **fields: Any) -> None:
        both_have_looked.wait(timeout=10)
        Appointment.objects.filter(pk=appointment.pk).update(status="turned_away", **fields)

    def without_a_seat(**given: Any) -> None:
        """The last guards of all are the lock and one active appointment for each dose."""
        given["beforehand"]()

    monkeypatch.setattr(day_services, "move", unguarded)
    monkeypatch.setattr(postponing, "book", without_a_seat)

    racing(day, waiting, later)

    assert AuditEntry.objects.filter(action="appointment.turned_away").count() == 2
