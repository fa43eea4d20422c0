"""Who did not come: noted from the board, one or all, and taken back the same day."""

from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from appointments.models import Appointment
from tests.care.dayboard.pages import id_of, of_person, of_session, text
from tests.factories import Day, at, make_booking
from tests.invariants import assert_integrity

NOW = at("17.42")


@pytest.fixture
def late(day: Day) -> Appointment:
    return make_booking(session=day.session, clock="17.00")


def note(nurse: Client, *people: Appointment) -> str:
    posted = {"people": [str(one.pk) for one in people]}
    return text(nurse.post(of_session("missing", people[0]), posted, follow=True))


def ticked_on(page: Any) -> set[UUID]:
    return {UUID(pk) for pk in page.context["form"]["people"].value()}


def status_of(appointment: Appointment) -> str:
    appointment.refresh_from_db()
    return str(appointment.status)


def test_one_press_and_a_confirmation_note_who_did_not_come(
    nurse: Client, late: Appointment
) -> None:
    other = make_booking(session=late.slot.session, clock="16.30")
    assert f"?person={late.pk}" in nurse.get(of_session("board", late)).content.decode()
    page = nurse.get(of_session("missing", late), {"person": str(late.pk)})
    assert ticked_on(page) == {late.pk}

    assert "1 er notert som ikke møtt" in note(nurse, late)

    assert (status_of(late), status_of(other)) == ("no_show", "booked")
    assert_integrity(now=NOW)


def test_towards_closing_all_who_are_late_are_ticked(nurse: Client, late: Appointment) -> None:
    other = make_booking(session=late.slot.session, clock="16.30")
    soon = make_booking(session=late.slot.session, clock="17.30")
    page = nurse.get(of_session("missing", late))
    assert ticked_on(page) == {late.pk, other.pk}

    assert "2 er notert som ikke møtt" in note(nurse, late, other)
    assert status_of(soon) == "booked"


def test_who_has_come_meanwhile_is_left_alone(nurse: Client, late: Appointment, day: Day) -> None:
    nurse.post(of_person("arrive", late), id_of(late))

    assert "Ingen er forsinket lenger" in note(nurse, late)
    assert status_of(late) == "arrived"


def test_a_second_press_changes_nothing(nurse: Client, late: Appointment) -> None:
    note(nurse, late)
    ended_at = Appointment.objects.get(pk=late.pk).ended_at
    note(nurse, late)
    assert Appointment.objects.get(pk=late.pk).ended_at == ended_at


def test_nobody_chosen_is_said_at_the_field(nurse: Client, late: Appointment) -> None:
    page = text(nurse.post(of_session("missing", late), {}))
    assert "Kryss av for minst én som ikke kom." in page


def test_a_mistake_is_undone(nurse: Client, late: Appointment) -> None:
    note(nurse, late)
    assert "Kom likevel" in text(nurse.get(of_person("person", late)))

    nurse.post(of_person("expect_again", late))

    assert status_of(late) == "booked"
    assert late.ended_at is None
    assert_integrity(now=NOW)


def test_who_comes_after_all_is_checked_in(nurse: Client, late: Appointment) -> None:
    note(nurse, late)

    nurse.post(of_person("arrive", late), id_of(late))

    assert status_of(late) == "arrived"
    assert late.id_seen_by_id is not None
    assert_integrity(now=NOW)


def test_the_day_after_nothing_is_taken_back(
    nurse: Client, late: Appointment, clock: time_machine.Traveller
) -> None:
    note(nurse, late)
    clock.move_to(at("17.42").replace(day=27))

    assert "Angre" not in text(nurse.get(of_person("person", late)))
    nurse.post(of_person("expect_again", late))
    assert status_of(late) == "no_show"


def test_who_has_a_new_time_is_not_expected_twice(
    nurse: Client, late: Appointment, day: Day
) -> None:
    note(nurse, late)
    assert late.decision
    make_booking(session=day.session, decision=late.decision, clock="18.30", now=NOW)

    page = text(nurse.post(of_person("expect_again", late), follow=True))

    assert "har fått time allerede" in page
    assert status_of(late) == "no_show"


def test_a_session_that_runs_late_gives_people_longer(
    nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    coming = make_booking(session=day.session, clock="18.00")
    nurse.post(of_session("late", day.session), {"minutes": "30", "bekreft": "ja"})
    clock.move_to(at("18.40"))

    assert "Ingen er forsinket" in text(nurse.get(of_session("missing", coming)))
