"""Dose 2 that was booked before dose 1 was given: it stays, moves or falls away with the dose."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from appointments.selectors.dose_two import dose_two_to_place
from appointments.services.day import check_in
from appointments.services.dose_two import book_ahead
from care.services.recording import record_given
from care.services.vaccination import (
    EarlierDoseVoidedError,
    Vaccinated,
    rescreen_for,
    vaccinate,
)
from care.services.voiding import void_dose
from clinics.domain.roles import Role
from eligibility.models import Decision
from notifications.models import Message
from tests.factories import (
    BEFORE,
    OPENING,
    Day,
    actor_of,
    at,
    day_answers,
    make_arrival,
    make_booking,
    make_day,
    make_dose,
    make_session,
    make_staff,
    make_vial,
    slot_at,
)
from tests.invariants import assert_integrity
from vaccinations.models import Dose, Vial

pytestmark = pytest.mark.django_db
NOW = at("17.42")


@pytest.fixture
def day() -> Day:
    return make_day()


def session_in(days: int) -> ClinicSession:
    return make_session(starts_at=OPENING + timedelta(days=days))


def close_all_but(*sessions: ClinicSession) -> None:
    ClinicSession.objects.exclude(pk__in=[one.pk for one in sessions]).update(state="closed")


def visit(day: Day, dose_one: Appointment, **answers: object) -> Vaccinated:
    """Dose 1 is given today, whatever day it was planned for."""
    check_in(appointment_id=dose_one.pk, by=day.by, now=NOW)
    assert dose_one.patient
    decision = rescreen_for(
        appointment_id=dose_one.pk,
        answers=day_answers(dose_one.patient, **answers),
        by=day.by,
        now=NOW,
    )
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))
    return vaccinate(
        appointment_id=dose_one.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        by=day.by,
        now=NOW,
    )


def both(day: Day, session: ClinicSession, **answers: object) -> tuple[Appointment, Appointment]:
    dose_one = make_booking(session=day.session, clock="17.40", **answers)  # type: ignore[arg-type]
    dose_two = book_ahead(
        appointment_id=dose_one.pk,
        slot_id=slot_at(session, "18.00").pk,
        by=day.by,
        now=BEFORE,
    )
    return dose_one, dose_two


def test_given_dose_one_on_its_day_then_dose_two_stays_on_the_newest_decision(day: Day) -> None:
    dose_one, dose_two = both(day, session_in(28))
    done = visit(day, dose_one)
    assert done.next_appointment == dose_two
    dose_two.refresh_from_db()
    dose_one.refresh_from_db()
    assert dose_two.decision_id == dose_one.decision_id
    assert dose_two.sequence == 0
    assert not dose_two_to_place([day.clinic.pk]).exists()
    assert_integrity(now=NOW)


def test_given_dose_two_is_a_day_early_after_all_then_it_moves_and_the_patient_is_told(
    day: Day,
) -> None:
    """A time on day 27: booked when the dose was planned for the day before."""
    dose_one, dose_two = both(day, session_in(28))
    early, later = session_in(27), session_in(30)
    Appointment.objects.filter(pk=dose_two.pk).update(
        slot=slot_at(early, "18.00"),
        date=early.date,
        not_before=None,
    )
    close_all_but(day.session, early, later)
    done = visit(day, dose_one)
    assert done.next_appointment is not None
    assert done.next_appointment.slot.session == later
    assert Message.objects.filter(kind="next_changed", subject_id=dose_two.pk).exists()


def test_given_no_later_day_then_the_person_is_on_the_list_for_dose_two(day: Day) -> None:
    dose_one, dose_two = both(day, session_in(28))
    early = session_in(27)
    Appointment.objects.filter(pk=dose_two.pk).update(
        slot=slot_at(early, "18.00"),
        date=early.date,
        not_before=None,
    )
    close_all_but(day.session, early)
    done = visit(day, dose_one)
    assert done.dose_two_due
    assert done.next_appointment is None
    dose_two.refresh_from_db()
    assert dose_two.status == Status.CANCELLED
    assert [dose.patient_id for dose in dose_two_to_place([day.clinic.pk])] == [dose_one.patient_id]


def test_given_another_route_at_the_visit_then_dose_two_keeps_its_time_with_a_vial_of_its_own(
    day: Day,
) -> None:
    dose_one, dose_two = both(day, session_in(28))
    done = visit(day, dose_one, keloid_tendency=True)
    assert done.next_appointment is not None
    assert (done.next_appointment.pk, done.next_appointment.route) == (dose_two.pk, "subcutaneous")
    assert done.next_appointment.slot_id == dose_two.slot_id
    assert not Message.objects.filter(kind="next_changed", subject_id=dose_two.pk).exists()


def test_a_one_dose_course_that_is_recorded_late_drops_the_place_of_dose_two(day: Day) -> None:
    """Two were planned at the booking; a clinician asked for one."""
    dose_one, dose_two = both(day, session_in(28))
    decision = dose_one.decision
    assert decision
    decision.course = {**decision.course, "doses": 1}
    type(decision).objects.filter(pk=decision.pk).update(course=decision.course)
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))

    record_given(
        appointment_id=dose_one.pk,
        vial_id=vial.pk,
        route=Dose.Route.INTRADERMAL,
        volume_ml=Decimal("0.1"),
        site=Dose.Site.LEFT_ARM,
        given_at=NOW,
        vaccinator_id=day.nurse.pk,
        reason="Glemt",
        by=day.by,
        now=NOW,
    )

    dose_two.refresh_from_db()
    assert dose_two.status == Status.CANCELLED
    assert Message.objects.filter(kind="next_dropped", subject_id=dose_two.pk).exists()
    assert_integrity(now=NOW)


def test_a_dose_two_whose_dose_one_was_voided_since_the_questions_is_not_started(day: Day) -> None:
    earlier = OPENING - timedelta(days=30)
    first = make_dose(vial=make_vial(clinic=day.clinic, by=day.nurse, now=earlier), now=earlier)
    came = make_arrival(
        session=day.session, patient=first.patient, dose_number=2, clock="17.40", by=day.nurse
    )
    decision = rescreen_for(
        appointment_id=came.pk, answers=day_answers(first.patient), by=day.by, now=NOW
    )
    assert decision.course["next_dose"] == 2
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.30"))
    lead = actor_of(make_staff(Role.LEAD, clinic=day.clinic), day.clinic, Role.LEAD)
    void_dose(dose_id=first.pk, reason="Feil person", by=lead, now=NOW)

    with pytest.raises(EarlierDoseVoidedError):
        give_on(came, decision, vial, day)

    assert not Dose.objects.filter(voided_at=None).exists()
    later = NOW + timedelta(minutes=5)
    again = rescreen_for(
        appointment_id=came.pk, answers=day_answers(first.patient), by=day.by, now=later
    )
    assert again.course["next_dose"] == 1
    assert give_on(came, again, vial, day, now=later).dose.dose_number == 1


def give_on(
    came: Appointment, decision: Decision, vial: Vial, day: Day, now: datetime = NOW
) -> Vaccinated:
    return vaccinate(
        appointment_id=came.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        by=day.by,
        now=now,
    )
