"""The questions of the day: what was said before, what is told, what the doctors ordered."""

from datetime import timedelta

from django.test import Client

from appointments.models import Appointment
from care.services.vaccination import decision_before
from clinics.domain.roles import Role
from eligibility.services import cases
from eligibility.services.decisions import course_of
from tests.care.conftest import NOW
from tests.care.dayboard.pages import ask_all_no, of_person, text
from tests.factories import Day, actor_of, make_arrival, make_case, make_doctor
from tests.invariants import assert_integrity
from vaccinations.models import Vial


def test_what_was_said_when_booking_stands_beside_the_question_and_is_not_ticked(
    nurse: Client, day: Day
) -> None:
    visit = make_arrival(
        session=day.session, clock="17.40", by=day.nurse, keloid_tendency=True, atopic_eczema=True
    )

    response = nurse.get(of_person("person", visit))

    assert text(response).count("Ja ved bestilling") == 2
    assert "checked" not in response.content.decode()
    assert "(keloid)? Ja ved bestilling" in text(response)


def test_without_anything_noted_nothing_stands_out(nurse: Client, waiting: Appointment) -> None:
    assert "Ja ved bestilling" not in text(nurse.get(of_person("person", waiting)))


def test_what_everybody_is_told_is_at_hand_and_kept_with_the_answers(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    page = text(nurse.get(of_person("person", waiting)))
    assert "Dette skal personen få vite" in page
    assert "Vanlige bivirkninger." in page

    ask_all_no(nurse, waiting)

    waiting.refresh_from_db()
    assert (waiting.informed_at, waiting.informed_by) == (NOW, day.nurse)
    informed = f"Informert kl. 17.42 av {day.nurse}."
    assert informed in text(nurse.get(of_person("person", waiting)))
    assert_integrity(now=NOW)


def test_an_undone_arrival_was_not_told_anything(
    nurse: Client, day: Day, waiting: Appointment
) -> None:
    ask_all_no(nurse, waiting)

    nurse.post(of_person("undo_arrival", waiting))

    waiting.refresh_from_db()
    assert (waiting.informed_at, waiting.informed_by) == (None, None)
    assert_integrity(now=NOW)


def test_the_standing_order_can_be_read_while_asking_and_giving(
    nurse: Client, waiting: Appointment, vial: Vial
) -> None:
    assert "Ordinasjonen for alle" in text(nurse.get(of_person("person", waiting)))

    ask_all_no(nurse, waiting)

    assert "Ordinasjonen for alle" in text(nurse.get(of_person("person", waiting)))


def test_what_a_doctor_decided_for_this_person_stands_at_the_questions_and_the_dose(
    nurse: Client, day: Day, vial: Vial
) -> None:
    before = NOW - timedelta(days=3)
    case = make_case(clinic=day.clinic, now=before)
    doctor = actor_of(make_doctor(clinic=day.clinic), day.clinic, Role.CLINICIAN)
    cases.claim(case_id=case.pk, by=doctor, now=before)
    course = course_of(case.decision)
    assert course
    cases.approve(
        case_id=case.pk,
        course=course,
        interval_override_days=None,
        reason="Tåler egg godt.",
        by=doctor,
        now=before,
    )
    case.refresh_from_db()
    visit = make_arrival(session=day.session, clock="17.40", by=day.nurse, decision=case.outcome)
    assert decision_before(visit, NOW) == case.outcome

    for _answered in range(2):
        page = text(nurse.get(of_person("person", visit)))
        assert "Legen har bestemt for denne personen" in page
        assert "Tåler egg godt." in page
        assert "minst 28 dager imellom" in page
        ask_all_no(nurse, visit)


def test_nobody_elses_order_is_shown(nurse: Client, waiting: Appointment) -> None:
    assert "Legen har bestemt" not in text(nurse.get(of_person("person", waiting)))
