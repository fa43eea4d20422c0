"""Clinicians who act on one case at the same moment, on real PostgreSQL."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection

from appointments.models import Appointment
from care.services.review import approve_and_book
from clinics.domain.roles import Role
from eligibility.domain.cases import CaseMoveNotAllowedError
from eligibility.models import Decision, ReviewCase, ReviewCaseEvent
from eligibility.services import case_decisions, case_moves, cases
from eligibility.services.decisions import course_of
from notifications.models import Message
from tests.factories import OPENING, actor_of, make_case, make_doctor, make_session
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db(transaction=True)

RIVALS = 8
NOW = OPENING
PATIENCE = 3  # seconds


def rush(acts):
    """Let all act at once; count what each got."""
    start = Barrier(len(acts))

    def try_it(act):
        connection.ensure_connection()
        try:
            start.wait(timeout=60)
            act()
        except (cases.CaseChangedError, cases.NotYourCaseError, CaseMoveNotAllowedError):
            return "too late"
        else:
            return "won"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(try_it, acts))


@pytest.fixture
def meeting_point(monkeypatch):
    """Let those who have seen the case wait a moment for a rival who has seen it too."""
    seen, second = [], Event()
    target = case_moves.case_target

    def look_and_linger(*args):
        goal = target(*args)
        seen.append(goal)
        if len(seen) > 1:
            second.set()
        second.wait(timeout=PATIENCE)
        return goal

    monkeypatch.setattr(case_moves, "case_target", look_and_linger)


@pytest.fixture
def _no_compare(monkeypatch):
    """Set without comparing: the guard that the race is lost without."""

    def just_set(case, by_move, *, by, now, words="", **fields):
        goal = case_moves.case_target(by_move, case.state)
        ReviewCase.objects.filter(pk=case.pk).update(state=goal, **fields)
        case_moves.note_event(case, by_move, by=by, now=now)
        return case

    monkeypatch.setattr(cases, "move", just_set)
    monkeypatch.setattr(case_decisions, "move", just_set)


def doctors(number):
    return [
        actor_of(make_doctor(name=f"Dr. {index}"), role=Role.CLINICIAN) for index in range(number)
    ]


def test_one_of_many_clinicians_takes_a_case(meeting_point):
    case = make_case(now=NOW)

    got = rush(
        [lambda by=by: cases.claim(case_id=case.pk, by=by, now=NOW) for by in doctors(RIVALS)]
    )

    assert got == {"won": 1, "too late": RIVALS - 1}
    assert ReviewCaseEvent.objects.filter(case=case, action="claim").count() == 1
    assert_integrity(now=NOW)


@pytest.mark.usefixtures("_no_compare")
def test_without_comparing_all_of_them_would(meeting_point):
    case = make_case(now=NOW)

    got = rush(
        [lambda by=by: cases.claim(case_id=case.pk, by=by, now=NOW) for by in doctors(RIVALS)]
    )

    assert got["won"] > 1


def yes_and_no(case, by, now):
    course = course_of(case.decision)

    def say_yes():
        cases.approve(
            case_id=case.pk, course=course, interval_override_days=None, reason="", by=by, now=now
        )

    def say_no():
        cases.refuse(case_id=case.pk, reason="Lav risiko.", by=by, now=now)

    return [say_yes, say_no] * 3


def test_a_case_gets_one_answer_whatever_is_pressed_in_two_windows(meeting_point):
    case = make_case(now=NOW)
    (by,) = doctors(1)
    cases.claim(case_id=case.pk, by=by, now=NOW)

    got = rush(yes_and_no(case, by, NOW))

    assert got["won"] == 1
    assert Decision.objects.filter(source=Decision.Source.CLINICIAN).count() == 1
    assert Message.objects.filter(kind="case_answered").count() == 1
    assert_integrity(now=NOW)


@pytest.mark.usefixtures("_no_compare")
def test_without_comparing_it_would_get_several(meeting_point):
    case = make_case(now=NOW)
    (by,) = doctors(1)
    cases.claim(case_id=case.pk, by=by, now=NOW)

    got = rush(yes_and_no(case, by, NOW))

    assert got["won"] > 1
    assert Decision.objects.filter(source=Decision.Source.CLINICIAN).count() > 1


def test_taken_over_and_answered_at_once_it_is_one_of_the_two(meeting_point):
    case = make_case(now=NOW)
    lund, moe = doctors(2)
    cases.claim(case_id=case.pk, by=lund, now=NOW)

    got = rush(
        [
            yes_and_no(case, lund, NOW)[0],
            lambda: cases.take_over(case_id=case.pk, holder_id=int(lund.id), by=moe, now=NOW),
        ]
    )

    assert got == {"won": 1, "too late": 1}
    case.refresh_from_db()
    assert (case.state, case.claimed_by_id) in [
        ("approved", int(lund.id)),
        ("claimed", int(moe.id)),
    ]
    assert_integrity(now=NOW)


def test_one_person_has_one_case_however_often_they_press(valkey):
    patient = make_case(now=NOW).patient
    ReviewCaseEvent.objects.all().delete()
    ReviewCase.objects.all().delete()

    def send():
        try:
            make_case(patient=patient, now=NOW)
        except cases.CaseWaitingError as error:
            raise cases.CaseChangedError from error

    got = rush([send] * RIVALS)

    assert got == {"won": 1, "too late": RIVALS - 1}
    assert ReviewCase.objects.count() == 1


def test_a_booked_yes_takes_one_seat_and_the_loser_of_the_last_one_decides_nothing():
    session = make_session(stations=1, hours=0.2, vials=1, starts_at=OPENING.replace(hour=18))
    slot = session.slots.first()
    found = [make_case(now=NOW, exposed_on=OPENING.date()) for _ in range(4)]
    answers = []
    for case, by in zip(found, doctors(4), strict=True):
        cases.claim(case_id=case.pk, by=by, now=NOW)
        answers.append((case, by))

    def answer(case, by):
        def act():
            try:
                approve_and_book(
                    case_id=case.pk,
                    course=course_of(case.decision),
                    interval_override_days=None,
                    reason="",
                    slot_id=slot.pk,
                    by=by,
                    now=NOW,
                )
            except Exception as error:
                raise cases.CaseChangedError from error

        return act

    got = rush([answer(case, by) for case, by in answers])

    assert got == {"won": 1, "too late": 3}
    assert Appointment.objects.count() == 1
    assert ReviewCase.objects.filter(state="approved").count() == 1
    assert_integrity(now=NOW)
