from datetime import timedelta

import pytest

from appointments.services.dose_two import NoPlaceError, place_dose_two
from audit.domain import Actor
from notifications.models import Message
from tests.factories import (
    BEFORE,
    DAY,
    OPENING,
    at,
    make_booking,
    make_clinic,
    make_decision,
    make_session,
    oslo,
)

pytestmark = pytest.mark.django_db

FIRST_DAY = DAY + timedelta(days=28)


def place(decision=None, *, like=None, now=OPENING):
    decision = decision or make_decision(now=BEFORE)
    return place_dose_two(
        patient_id=decision.patient_id,
        decision_id=decision.pk,
        clinic_id=make_clinic().pk,
        route="intradermal",
        not_before=FIRST_DAY,
        like=like or at("17.40"),
        by=Actor.system(),
        now=now,
    )


def session_in(days, **fields):
    return make_session(starts_at=OPENING + timedelta(days=days), **fields)


def test_dose_two_comes_on_the_first_day_with_a_place_from_day_28_near_the_same_time():
    session_in(27)
    session_in(28)
    session_in(35)
    appointment = place()
    assert appointment.slot.starts_at == oslo(FIRST_DAY, "17.40")
    assert (appointment.dose_number, appointment.not_before) == (2, FIRST_DAY)


def test_a_time_that_shares_a_vial_goes_before_the_nearest():
    session = session_in(28, window_minutes=30)
    make_booking(session=session, clock="19.00")
    assert place().slot.starts_at == oslo(FIRST_DAY, "18.40")


def test_a_full_first_day_leads_to_the_next():
    full = session_in(28, stations=1, hours=1 / 6)
    make_booking(session=full)
    session_in(35)
    assert place().date == FIRST_DAY + timedelta(days=7)


def test_groups_that_are_open_now_do_not_matter_for_a_second_dose():
    session_in(28, groups=[1])
    assert place().date == FIRST_DAY


def test_without_an_open_session_nothing_is_booked():
    session_in(27)
    with pytest.raises(NoPlaceError):
        place()
    assert not Message.objects.exists()


def test_the_patient_is_told_and_reminded():
    session_in(28)
    appointment = place()
    kinds = Message.objects.filter(subject_id=appointment.pk).values_list("kind", "due_at")
    assert dict(kinds) == {
        "next_booked": OPENING,
        "reminder_week": appointment.slot.starts_at - timedelta(days=7),
        "reminder": appointment.slot.starts_at - timedelta(hours=48),
        "day_before": oslo(appointment.date - timedelta(days=1), "10.00"),
    }
