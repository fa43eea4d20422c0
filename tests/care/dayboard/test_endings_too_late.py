"""Somebody was left waiting when the board was closed: their visit ends on a later day."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from appointments.models import Appointment, DayClosing
from appointments.services.day import NotTodayError, turn_away
from care.services.vaccination import rescreen_for
from tests.access.logins import log_in
from tests.care.dayboard.pages import of_person, of_session, text
from tests.factories import OPENING, Day, at, day_answers, make_arrival, make_session, slot_at
from tests.invariants import assert_integrity

NEXT_MORNING = at("09.00") + timedelta(days=1)


@pytest.fixture
def colleague(
    client: Client, clock: time_machine.Traveller, day: Day, waiting: Appointment
) -> Client:
    """A browser in which a nurse logs in the morning after, with somebody left waiting."""
    clock.move_to(NEXT_MORNING)
    return log_in(client, day.nurse)


@pytest.mark.parametrize(
    ("reason", "status"),
    [("no_id", "turned_away"), ("could_not_wait", "left"), ("changed_mind", "declined")],
)
def test_the_morning_after_the_visit_is_ended_and_then_the_day(
    colleague: Client,
    waiting: Appointment,
    day: Day,
    reason: str,
    status: str,
) -> None:
    posted = {"reason": reason, "note": "", "next_step": "nothing"}
    colleague.post(of_person("end", waiting), posted)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.ended_at) == (status, NEXT_MORNING)
    colleague.post(of_session("close_day", day.session))
    assert DayClosing.objects.filter(session=day.session).exists()
    assert_integrity(now=NEXT_MORNING)


def test_the_morning_after_a_visit_is_ended_for_the_answers_of_its_day(
    waiting: Appointment, day: Day
) -> None:
    turn_away(appointment_id=waiting.pk, reason="defer", by=day.by, now=NEXT_MORNING)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.end_reason) == ("turned_away", "defer")


def test_who_could_not_have_the_dose_gets_another_day_the_morning_after(
    colleague: Client, day: Day, waiting: Appointment
) -> None:
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    decision = rescreen_for(
        appointment_id=waiting.pk,
        answers=day_answers(waiting.patient, fever_over_38=True),
        by=day.by,
        now=at("17.42"),
    )

    posted = {"decision": str(decision.pk), "slot": str(slot_at(later, "18.00").pk)}
    page = text(colleague.post(of_person("new_time", waiting), posted, follow=True))

    waiting.refresh_from_db()
    assert waiting.status == "turned_away", page


def test_taking_the_check_in_back_is_for_the_day_itself(
    colleague: Client, waiting: Appointment
) -> None:
    colleague.post(of_person("undo_arrival", waiting))

    waiting.refresh_from_db()
    assert waiting.status == "arrived"


def test_nobody_is_turned_away_before_their_day(waiting: Appointment, day: Day) -> None:
    early = at("17.00") - timedelta(days=1)

    with pytest.raises(NotTodayError):
        turn_away(appointment_id=waiting.pk, reason="defer", by=day.by, now=early)


def test_who_comes_before_the_doors_open_may_go_again(day: Day) -> None:
    early = make_arrival(session=day.session, clock="17.40", by=day.nurse, now=at("15.30"))

    turn_away(appointment_id=early.pk, reason="defer", by=day.by, now=at("15.40"))

    early.refresh_from_db()
    assert early.status == "turned_away"
