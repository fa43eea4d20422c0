"""The cutoff: it asks a few people to move, collects answers, and moves those who save a vial."""

import pytest

from appointments.domain.session_states import SessionMove
from appointments.models import Appointment, MoveAsk
from appointments.services import repair_ends
from appointments.services.booking import cancel, rebook
from appointments.services.repairs import (
    NotPlannableError,
    RepairUnderWayError,
    finish_due_repairs,
    finish_repair,
)
from appointments.services.sessions import move_session
from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.roles import Role
from notifications.models import Message
from patients.models import Patient
from tests.appointments.services.cutoff import (
    CUTOFF,
    DEADLINE,
    a_day,
    answer,
    eve,
    let_move,
    start,
    states,
    take_target,
)
from tests.factories import (
    OPENING,
    actor_of,
    at,
    make_booking,
    make_session,
    make_staff,
    slot_at,
)
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sound():
    """Whatever happens, the rows are sound afterwards."""
    yield
    assert_integrity(now=eve("17.00"))


def time_of(appointment):
    appointment.refresh_from_db()
    return appointment.slot.starts_at


def told(kind):
    return Message.objects.filter(kind=kind).count()


# Asking


def test_at_the_cutoff_whoever_costs_a_vial_alone_is_asked_about_a_time_that_shares_one():
    session, [late] = a_day()

    repair = start(session)

    [ask] = repair.asks.all()
    assert ask.appointment == late
    assert (ask.from_slot.starts_at, ask.to_slot.starts_at) == (at("19.30"), at("16.50"))
    assert (repair.vials_before, repair.answer_by, repair.ended_at) == (2, DEADLINE, None)
    assert repair.policy["window_min"] == 120
    assert time_of(late) == at("19.30"), "nobody is moved without saying yes"
    assert told("move_asked") == 1


def test_asking_is_recorded_for_the_person_who_is_asked():
    session, [late] = a_day()

    start(session)

    entry = AuditEntry.objects.get(action="move.asked")
    assert entry.patient_id == late.patient_id
    assert AuditEntry.objects.filter(action="repair.started").count() == 1


@pytest.mark.parametrize("why", ["never said so", "not reachable", "whole vial", "other band"])
def test_nobody_is_asked_who(why):
    session, [late] = a_day()
    if why == "never said so":
        let_move(late)
    elif why == "not reachable":
        Patient.objects.update(contact_by="none")
    elif why == "whole vial":
        Appointment.objects.filter(pk=late.pk).update(route="subcutaneous")
    else:
        let_move(late, "morning")

    repair = start(session)

    assert not repair.asks.exists()
    assert repair.ended_at == CUTOFF, "with nobody to ask, it ends at once"
    assert (repair.vials_before, repair.vials_after) == (2, 2)


def test_a_standby_person_is_never_asked_and_takes_no_planned_vial():
    session, [late] = a_day()
    Appointment.objects.filter(pk=late.pk).update(standby=True, seat=None)

    assert start(session).vials_before == 1


def test_a_session_without_people_is_planned_with_an_empty_report():
    repair = start(make_session())

    assert (repair.vials_before, repair.vials_after, repair.ended_at) == (0, 0, CUTOFF)


def test_a_day_closed_for_booking_is_planned_too():
    session, [late] = a_day()
    move_session(
        session_id=session.pk, by_move=SessionMove.CLOSE, by=Actor.system(), now=eve("12.00")
    )

    start(session)
    answer(late, yes=True)
    finish_due_repairs(now=eve("17.01"))

    assert time_of(late) == at("16.50")


@pytest.mark.parametrize("opened", [True, False])
def test_a_draft_or_a_session_that_has_begun_is_not_planned(opened):
    session = make_session(opened=opened)

    with pytest.raises(NotPlannableError):
        start(session, now=OPENING if opened else CUTOFF)


def test_one_planning_at_a_time():
    session, _late = a_day()
    start(session)

    with pytest.raises(RepairUnderWayError):
        start(session)


def test_in_the_evening_nobody_is_asked():
    session, _late = a_day()

    repair = start(session, now=eve("20.00"))

    assert not repair.asks.exists()
    assert repair.ended_at


def test_staff_can_start_it_by_hand_and_their_name_stands_on_it():
    session, _late = a_day()
    lead = make_staff(Role.LEAD)

    repair = start(session, now=eve("10.00"), by=actor_of(lead, role=Role.LEAD))

    assert repair.started_by == lead
    assert repair.answer_by == eve("13.00")
    finish_due_repairs(now=eve("13.00"))


# Answers


def test_a_yes_is_carried_out_when_all_have_answered():
    session, [late] = a_day()
    repair = start(session)

    answer(late, yes=True)
    assert time_of(late) == at("19.30"), "not before the planning ends"
    assert finish_due_repairs(now=eve("17.01")) == 1

    repair.refresh_from_db()
    assert time_of(late) == at("16.50")
    assert states(session) == ["moved"]
    assert (repair.vials_before, repair.vials_after) == (2, 1)
    assert repair.ended_at == eve("17.01")
    assert told("changed") == 1
    late.refresh_from_db()
    assert late.sequence == 1
    assert AuditEntry.objects.filter(action="appointment.moved", reason="repair").count() == 1


def test_before_all_have_answered_the_sweep_waits_for_the_deadline():
    session, people = a_day(*LONE, window_minutes=30)
    asked = set(start(session).asks.values_list("appointment_id", flat=True))
    answer(next(one for one in people if one.pk in asked), yes=True)

    assert finish_due_repairs(now=eve("18.59")) == 0
    assert finish_due_repairs(now=DEADLINE) == 1

    assert sorted(states(session)) == ["lapsed", "moved"]


def test_who_does_not_answer_keeps_their_time_and_is_not_written_to_again():
    session, [late] = a_day()
    start(session)

    finish_due_repairs(now=DEADLINE)

    assert states(session) == ["lapsed"]
    assert time_of(late) == at("19.30")
    assert told("move_kept") == told("changed") == 0


LONE = ("18.00", "18.40", "19.20")  # with a window of half an hour, a vial each


def test_after_a_no_another_is_asked():
    session, people = a_day(*LONE, window_minutes=30)
    repair = start(session)
    asked = set(repair.asks.values_list("appointment_id", flat=True))
    assert len(asked) == 2, "two at once at most"
    [first, _second] = [one for one in people if one.pk in asked]

    answer(first, yes=False)

    assert sorted(states(session)) == ["asked", "asked", "no"]
    assert {one.pk for one in people} == set(repair.asks.values_list("appointment_id", flat=True))
    targets = repair.asks.exclude(state="no").values_list("to_slot", flat=True)
    assert len(set(targets)) == 2


def test_never_more_than_six_are_asked_about_a_day():
    session = make_session(hours=12, starts_at=at("08.00"), window_minutes=30, vials=40)
    for clock in ("08.00", "08.10", "08.20"):
        make_booking(session=session, clock=clock)
    lone = [
        let_move(make_booking(session=session, clock=f"{hour}.30"), "morning")
        for hour in range(11, 20)
    ]
    start(session)
    for _ in range(12):
        for appointment in lone:
            if MoveAsk.objects.filter(appointment=appointment, state="asked").exists():
                answer(appointment, yes=False)

    assert states(session) == ["no"] * 6
    finish_due_repairs(now=DEADLINE)
    start(session, now=eve("19.10"))
    assert len(states(session)) == 6, "another planning of the day asks nobody more"


def test_shortly_before_the_deadline_nobody_else_is_asked():
    session, people = a_day(*LONE, window_minutes=30)
    asked = set(start(session).asks.values_list("appointment_id", flat=True))
    first = next(one for one in people if one.pk in asked)

    answer(first, yes=False, now=eve("18.45"))

    assert sorted(states(session)) == ["asked", "no"]


def test_the_same_answer_twice_is_one_answer():
    session, [late] = a_day()
    start(session)

    answer(late, yes=True)
    again = answer(late, yes=True, now=eve("17.05"))

    assert (again.state, again.answered_at) == ("yes", eve("17.00"))
    assert AuditEntry.objects.filter(action="move.answered").count() == 1


def test_whoever_said_yes_may_still_say_no():
    session, [late] = a_day()
    start(session)

    answer(late, yes=True)
    assert answer(late, yes=False, now=eve("17.05")).state == "no"
    finish_due_repairs(now=DEADLINE)

    assert time_of(late) == at("19.30")


def test_whoever_said_no_is_not_moved_by_a_yes_from_another_device():
    session, [late] = a_day()
    start(session)

    answer(late, yes=False)

    assert answer(late, yes=True).state == "no"


def test_a_late_answer_changes_nothing():
    session, [late] = a_day()
    start(session)

    assert answer(late, yes=True, now=DEADLINE).state == "asked"
    finish_due_repairs(now=DEADLINE)
    assert answer(late, yes=True, now=eve("19.05")).state == "lapsed"
    assert time_of(late) == at("19.30")


# What happens meanwhile


def test_whoever_cancels_meanwhile_is_asked_no_more():
    session, [late] = a_day()
    repair = start(session)

    cancel(appointment_id=late.pk, by=Actor.system(), now=eve("17.00"))

    assert states(session) == ["withdrawn"]
    assert answer(late, yes=True).state == "withdrawn"
    finish_due_repairs(now=eve("17.01"))
    repair.refresh_from_db()
    assert repair.vials_after == 1


def test_whoever_moves_by_themselves_is_not_moved_again():
    session, [late] = a_day()
    start(session)
    answer(late, yes=True)

    rebook(
        appointment_id=late.pk,
        slot_id=slot_at(session, "18.00").pk,
        by=Actor.system(),
        now=eve("17.05"),
    )
    finish_due_repairs(now=eve("17.10"))

    assert states(session) == ["withdrawn"]
    assert time_of(late) == at("18.00")


def test_whoever_was_moved_behind_our_back_is_left_where_they_are():
    session, [late] = a_day()
    start(session)
    answer(late, yes=True)
    Appointment.objects.filter(pk=late.pk).update(slot=slot_at(session, "18.00"))

    finish_due_repairs(now=eve("17.10"))

    assert states(session) == ["withdrawn"]
    assert told("move_kept") == told("changed") == 0


def test_when_the_time_was_taken_meanwhile_the_person_keeps_theirs_and_is_thanked():
    session, [late] = a_day()
    repair = start(session)
    answer(late, yes=True)
    take_target(repair.asks.get())

    finish_due_repairs(now=eve("17.10"))

    assert states(session) == ["kept"]
    assert time_of(late) == at("19.30")
    assert (told("move_kept"), told("changed")) == (1, 0)


def test_when_somebody_joins_the_lone_person_the_move_saves_nothing_and_is_not_made():
    session, [late] = a_day()
    start(session)
    answer(late, yes=True)
    for clock in ("19.20", "19.30", "19.10"):
        make_booking(session=session, clock=clock, now=eve("17.01"))

    finish_due_repairs(now=eve("17.10"))

    assert states(session) == ["kept"]


def test_a_session_cancelled_meanwhile_moves_nobody():
    session, [late] = a_day()
    repair = start(session)
    answer(late, yes=True)
    for one in Appointment.objects.all():
        cancel(appointment_id=one.pk, by=Actor.system(), now=eve("17.00"))
    move_session(
        session_id=session.pk, by_move=SessionMove.CANCEL, by=Actor.system(), now=eve("17.01")
    )

    finish_due_repairs(now=eve("17.10"))

    repair.refresh_from_db()
    assert (repair.vials_after, repair.standby_invited) == (0, 0)
    assert told("move_kept") == 0


def test_a_worker_killed_between_consents_and_commit_is_made_good_once(monkeypatch):
    session, [late] = a_day()
    repair = start(session)
    answer(late, yes=True)

    with monkeypatch.context() as patched:
        patched.setattr(repair_ends, "_settle", _killed)
        with pytest.raises(KilledError):
            finish_due_repairs(now=eve("17.01"))

    assert time_of(late) == at("19.30"), "all of it is undone"
    assert states(session) == ["yes"]
    assert told("changed") == 0
    assert finish_due_repairs(now=eve("17.02")) == 1
    assert finish_due_repairs(now=eve("17.03")) == 0
    finish_repair(repair_id=repair.pk, now=eve("17.04"))
    assert time_of(late) == at("16.50")
    late.refresh_from_db()
    assert (late.sequence, told("changed")) == (1, 1)


class KilledError(Exception):
    """The worker was killed."""


def _killed(*_args, **_kwargs):
    raise KilledError
