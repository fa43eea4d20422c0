"""Checking in with ID seen, and taking it back."""

from datetime import timedelta

import time_machine
from django.test import Client

from appointments.domain.status import Status
from appointments.models import Appointment
from audit.models import AuditEntry
from tests.care.conftest import NOW
from tests.care.dayboard.pages import ask_all_no, id_of, of_person, of_session, text
from tests.factories import Day, make_booking
from vaccinations.models import Vial


def test_the_check_in_page_shows_name_and_birth_date_and_asks_for_id(
    nurse: Client, day: Day
) -> None:
    booking = make_booking(session=day.session, clock="18.00")
    assert booking.patient

    page = text(nurse.get(of_person("arrive", booking)))

    assert f"{booking.patient.name} født 14.03.1991" in page
    assert "ID sett – registrer oppmøte" in page
    booking.refresh_from_db()
    assert booking.status == Status.BOOKED, "opening a page changes nothing"
    read = AuditEntry.objects.get(action="patient.read")
    assert (read.patient_id, read.object_id) == (booking.patient_id, str(booking.pk))


def test_confirming_checks_the_person_in_and_leads_back_to_the_board(
    nurse: Client, day: Day
) -> None:
    booking = make_booking(session=day.session, clock="18.00")

    response = nurse.post(of_person("arrive", booking), id_of(booking), follow=True)

    booking.refresh_from_db()
    assert (booking.status, booking.arrived_at) == (Status.ARRIVED, NOW)
    assert booking.id_seen_by == day.nurse
    assert response.redirect_chain == [(of_session("board", booking), 302)]
    assert "Oppmøtet er registrert." in text(response)


def test_a_second_click_changes_nothing_and_leads_to_the_person(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    response = nurse.post(of_person("arrive", waiting), id_of(waiting))

    assert response.headers["Location"] == of_person("person", waiting)
    assert AuditEntry.objects.filter(action="appointment.arrived").count() == 1


def test_a_person_of_another_day_cannot_be_checked_in_and_the_page_says_why(
    nurse: Client, day: Day, clock: time_machine.Traveller
) -> None:
    booking = make_booking(session=day.session, clock="18.00")
    clock.move_to(NOW - timedelta(days=1))

    response = nurse.post(of_person("arrive", booking), id_of(booking), follow=True)

    booking.refresh_from_db()
    assert booking.status == Status.BOOKED
    assert "Timen er ikke i dag." in text(response)


def test_a_check_in_can_be_undone(nurse: Client, day: Day, waiting: Appointment) -> None:
    assert "Angre oppmøtet" in text(nurse.get(of_person("person", waiting)))

    response = nurse.post(of_person("undo_arrival", waiting), follow=True)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.arrived_at, waiting.id_seen_by) == ("booked", None, None)
    assert "Oppmøtet er angret." in text(response)


def test_undoing_takes_back_todays_answers_too_since_somebody_else_may_have_given_them(
    nurse: Client, day: Day, waiting: Appointment, vial: Vial
) -> None:
    booked_with = waiting.decision_id
    ask_all_no(nurse, waiting)

    nurse.post(of_person("undo_arrival", waiting))
    nurse.post(of_person("arrive", waiting), id_of(waiting))

    waiting.refresh_from_db()
    assert waiting.decision_id == booked_with
    assert "Spør om dette i dag" in text(nurse.get(of_person("person", waiting)))


def test_undoing_twice_says_that_it_has_changed(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    nurse.post(of_person("undo_arrival", waiting))

    response = nurse.post(of_person("undo_arrival", waiting), follow=True)

    assert "Dette er endret av en kollega." in text(response)


def test_a_held_seat_has_no_person_page(nurse: Client, day: Day) -> None:
    booking = make_booking(session=day.session, clock="18.00")
    held = Appointment.objects.create(
        slot=booking.slot,
        seat=2,
        status=Status.HELD,
        date=booking.date,
        dose_number=1,
        route=booking.route,
        browser_hash="x",
        held_until=NOW + timedelta(minutes=5),
    )

    assert nurse.get(of_person("person", held)).status_code == 404
    assert nurse.get(of_person("arrive", held)).status_code == 404
