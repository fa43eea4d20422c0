"""What the board shows, from rows and the moment it is shown."""

from datetime import timedelta

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services.offers import answer
from appointments.services.standby import invite_standby
from audit.domain import Actor
from care.dayboard.board import Board, board_of
from care.dayboard.vials import VialState, fitting, vials_shown
from care.services.vaccination import Step, rescreen_for, vaccinate
from eligibility.domain.decision import Course
from eligibility.services.decisions import course_of
from tests.factories import (
    DAY,
    Day,
    at,
    day_answers,
    make_arrival,
    make_booking,
    make_decision,
    make_dose,
    make_patient,
    make_vial,
    make_wait,
)
from vaccinations.models import Dose, Lot, Vial
from vaccinations.services.vials import discard

NOW = at("17.42")


def shown(day: Day, clock: str = "17.42") -> Board:
    return board_of(day.session, now=at(clock))


def ask(day: Day, one: Appointment, **answers: object) -> Appointment:
    assert one.patient
    one.decision = rescreen_for(
        appointment_id=one.pk, answers=day_answers(one.patient, **answers), by=day.by, now=NOW
    )
    return one


def test_who_waits_stands_longest_first_with_minutes_since_arrival(day: Day) -> None:
    late = make_arrival(session=day.session, clock="17.40", now=at("17.41"))
    early = make_arrival(session=day.session, clock="17.50", now=at("17.33"))

    waiting = shown(day).waiting

    assert [person.appointment.pk for person in waiting] == [early.pk, late.pk]
    assert [person.minutes for person in waiting] == [9, 1]


def test_a_waiting_person_shows_what_is_next(day: Day) -> None:
    not_asked = make_arrival(session=day.session, clock="17.00")
    ready = ask(day, make_arrival(session=day.session, clock="17.10"))
    fever = ask(day, make_arrival(session=day.session, clock="17.20"), fever_over_38=True)

    steps = {person.appointment.pk: person.step for person in shown(day).waiting}

    assert steps == {not_asked.pk: Step.ASK, ready.pk: Step.GIVE, fever.pk: Step.REVIEW}


def test_a_route_that_today_changed_is_the_one_shown(day: Day) -> None:
    ask(day, make_arrival(session=day.session), keloid_tendency=True)

    (person,) = shown(day).waiting

    assert person.takes_whole_vial


def test_the_expected_are_grouped_by_the_vial_planned_for_them(day: Day) -> None:
    # W is 120 minutes, so five within 110 minutes share; a keloid person has a vial alone.
    for clock in ("16.00", "16.10", "16.20", "16.30", "16.40", "19.00"):
        make_booking(session=day.session, clock=clock)
    make_booking(session=day.session, clock="17.00", keloid_tendency=True)

    groups = shown(day, "15.30").expected

    assert [(len(g.people), g.planned.doses, g.planned.whole) for g in groups] == [
        (5, 5, False),
        (1, 1, True),
        (1, 1, False),
    ]
    assert (groups[0].planned.first_at, groups[0].planned.last_at) == (at("16.00"), at("16.40"))


def test_those_who_came_stay_in_the_plan_of_their_vial_but_not_in_the_list(day: Day) -> None:
    make_arrival(session=day.session, clock="16.00")
    expected = make_booking(session=day.session, clock="16.10")

    (group,) = shown(day).expected

    assert [person.appointment.pk for person in group.people] == [expected.pk]
    assert group.planned.doses == 2


def test_someone_expected_shows_how_long_the_time_has_passed(day: Day) -> None:
    make_booking(session=day.session, clock="17.30")
    make_booking(session=day.session, clock="18.00")

    minutes = [person.minutes for group in shown(day).expected for person in group.people]

    assert minutes == [12, 0]


def test_held_and_cancelled_seats_are_nobodys(day: Day) -> None:
    one = make_booking(session=day.session, clock="18.00")
    Appointment.objects.filter(pk=one.pk).update(status=Status.CANCELLED)
    Appointment.objects.create(
        slot=one.slot,
        seat=2,
        status=Status.HELD,
        date=DAY,
        dose_number=1,
        route=Dose.Route.INTRADERMAL,
        browser_hash="x",
        held_until=at("18.00"),
    )

    board = shown(day)

    assert (board.waiting, board.expected, board.done) == ((), (), ())


def test_the_day_in_one_line_counts_people_vials_waste_and_no_shows(day: Day, vial: Vial) -> None:
    one = ask(day, make_arrival(session=day.session, clock="17.00"))
    assert one.decision
    vaccinate(
        appointment_id=one.pk,
        decision_id=one.decision.pk,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        by=day.by,
        now=NOW,
    )
    gone = make_booking(session=day.session, clock="16.00")
    Appointment.objects.filter(pk=gone.pk).update(status=Status.NO_SHOW, ended_at=at("17.00"))
    other = make_vial(clinic=day.clinic, lot=day.lot, now=at("17.35"))
    discard(vial_id=other.pk, clinic_id=day.clinic.pk, reason="broken", by=day.by, now=NOW)

    board = shown(day)

    assert board.day.vaccinated == 1
    assert (board.day.vials_opened, board.day.vials_open) == (2, 1)
    assert (board.day.discarded, board.day.no_shows) == (5, 1)
    assert [person.appointment.status for person in board.done] == ["no_show"]
    assert [seen.person.appointment.pk for seen in board.observing] == [one.pk], "not done yet"


@pytest.mark.parametrize(
    ("clock", "minutes", "state"),
    [
        ("17.30", 120, VialState.GOOD),
        ("19.10", 20, VialState.GOOD),
        ("19.11", 19, VialState.SOON),
        ("19.29", 1, VialState.SOON),
        ("19.30", 0, VialState.ENDED),
        ("20.00", 0, VialState.ENDED),
    ],
)
def test_a_vial_warns_below_twenty_minutes_and_ends_with_its_window(
    day: Day, vial: Vial, clock: str, minutes: int, state: VialState
) -> None:
    (one,) = shown(day, clock).vials

    assert (one.minutes_left, one.state) == (minutes, state)


def test_a_vial_of_a_stopped_lot_is_blocked(day: Day, vial: Vial) -> None:
    Lot.objects.filter(pk=day.lot.pk).update(state=Lot.State.QUARANTINED)

    (one,) = shown(day).vials

    assert one.state == VialState.BLOCKED
    assert shown(day).lots == ()


def test_a_vial_shows_what_is_left_after_each_dose(day: Day, vial: Vial) -> None:
    for _ in range(2):
        make_dose(patient=make_patient(), vial=vial, by=day.nurse, now=at("17.35"))

    (one,) = shown(day).vials

    assert (one.doses_left, one.doses_used) == (3, 2)


def course(**answers: object) -> Course:
    found = course_of(make_decision(**answers))
    assert found
    return found


def test_only_vials_that_can_give_the_dose_are_offered_first_to_expire_on_top(day: Day) -> None:
    begun = make_vial(clinic=day.clinic, lot=day.lot, now=at("17.30"))
    make_dose(vial=begun, by=day.nurse, now=at("17.35"))
    untouched = make_vial(clinic=day.clinic, lot=day.lot, now=at("17.40"))
    make_vial(clinic=day.clinic, lot=day.lot, now=NOW - timedelta(hours=3))  # its window ended

    vials = vials_shown(day.clinic.pk, now=NOW)

    assert [one.vial.pk for one in fitting(vials, course())] == [begun.pk, untouched.pk]
    whole_vial = course(keloid_tendency=True)
    assert [one.vial.pk for one in fitting(vials, whole_vial)] == [untouched.pk]
    assert vials[-1].state == VialState.ENDED, "what must not be used stands last"


def test_who_comes_on_short_notice_is_expected_apart_by_when_they_must_be_there(day: Day) -> None:
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("16.30"))
    make_dose(vial=vial, by=day.nurse, now=at("16.40"))
    entry = make_wait(clinic=day.clinic, wants_time=False, eta_minutes=30)
    now = at("17.00")
    [offer] = invite_standby(
        session_id=day.session.pk, vial_id=vial.pk, number=1, by=day.by, now=now
    )
    answer(offer_id=offer.pk, accept=True, by=Actor.patient(entry.patient_id), now=now)

    board = shown(day, "17.05")

    assert board.expected == ()
    assert [one.appointment.patient_id for one in board.standby] == [entry.patient_id]
    assert board.standby[0].appointment.come_by == at("17.40")
    assert board.expected_count == 1
