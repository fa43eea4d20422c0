"""Turns a wait can take: a time missed, answers given again, a day closed, a list left."""

from datetime import timedelta

import pytest

from appointments.domain.session_states import SessionMove
from appointments.domain.status import Status
from appointments.domain.waiting import OfferState
from appointments.models import Appointment, Offer
from appointments.services.dose_two import book_ahead
from appointments.services.offers import answer, offer_free_times
from appointments.services.sessions import move_session
from appointments.services.standby import invite_standby
from appointments.services.waiting import expire_waits, leave
from audit.domain import Actor
from tests.factories import (
    BEFORE,
    DAY,
    OPENING,
    at,
    make_booking,
    make_decision,
    make_dose,
    make_patient,
    make_session,
    make_vial,
    make_wait,
    slot_at,
)
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
WEEK = timedelta(days=7)


def say_yes(offer, now):
    return answer(offer_id=offer.pk, accept=True, by=Actor.patient(offer.entry.patient_id), now=now)


def test_who_missed_a_time_that_nobody_has_noted_is_offered_another():
    missed = make_booking(session=make_session(), clock="17.00")
    make_session(starts_at=OPENING + WEEK)
    after = OPENING + timedelta(days=2)
    make_wait(decision=missed.decision, now=after)

    assert offer_free_times(now=after) == 1

    say_yes(Offer.objects.get(), after)
    missed.refresh_from_db()
    assert missed.status == Status.NO_SHOW
    assert Appointment.objects.get(status=Status.BOOKED).date == DAY + WEEK
    assert_integrity(now=after)


def test_who_answers_again_waits_for_what_was_decided_now_and_an_offer_of_before_is_taken_back():
    make_session()
    entry = make_wait()
    offer_free_times(now=BEFORE)
    offer = Offer.objects.get()
    alone = make_decision(patient=entry.patient, keloid_tendency=True, now=BEFORE)
    assert alone.course["route"] == "subcutaneous"

    make_wait(decision=alone)

    entry.refresh_from_db()
    offer.refresh_from_db()
    assert (entry.route, entry.decision_id) == ("subcutaneous", alone.pk)
    assert offer.state == OfferState.WITHDRAWN
    assert offer.appointment.status == Status.EXPIRED


def test_a_held_time_is_theirs_though_the_day_was_closed_for_booking_meanwhile():
    later, sooner = make_session(starts_at=OPENING + WEEK), make_session()
    booked = make_booking(session=later, clock="17.00")
    make_wait(decision=booked.decision)
    offer_free_times(now=BEFORE)
    move_session(session_id=sooner.pk, by_move=SessionMove.CLOSE, by=SYSTEM, now=BEFORE)

    say_yes(Offer.objects.get(), BEFORE)

    booked.refresh_from_db()
    assert (booked.status, booked.date) == (Status.BOOKED, DAY)
    assert_integrity(now=BEFORE)


def test_dose_two_follows_a_dose_one_that_was_offered():
    session = make_session()
    second_day = make_session(starts_at=OPENING + timedelta(days=28))
    much_later = make_session(starts_at=OPENING + timedelta(days=42))
    first = make_booking(session=session, clock="17.00")
    second = book_ahead(
        appointment_id=first.pk, slot_id=slot_at(second_day, "17.00").pk, by=SYSTEM, now=BEFORE
    )
    make_session(starts_at=OPENING + WEEK)
    Appointment.objects.filter(pk=first.pk).update(status=Status.CANCELLED, ended_at=BEFORE)
    make_wait(decision=first.decision, weekdays=[OPENING.weekday()])
    session.refresh_from_db()
    move_session(session_id=session.pk, by_move=SessionMove.CLOSE, by=SYSTEM, now=BEFORE)
    offer_free_times(now=BEFORE)

    say_yes(Offer.objects.get(), BEFORE)

    second.refresh_from_db()
    assert Appointment.objects.get(dose_number=1, status=Status.BOOKED).date == DAY + WEEK
    assert second.slot.session_id == much_later.pk
    assert_integrity(now=BEFORE)


def test_when_one_leaves_the_list_the_next_is_called_for_the_dose(
    django_capture_on_commit_callbacks,
):
    session, vial = make_session(), make_vial(now=at("16.30"))
    for _ in range(3):
        make_dose(vial=vial, patient=make_patient(), now=at("16.40"))
    first, second = (
        make_wait(wants_time=False, eta_minutes=20, now=BEFORE + timedelta(hours=hours))
        for hours in range(2)
    )
    [offer] = invite_standby(
        session_id=session.pk, vial_id=vial.pk, number=1, by=SYSTEM, now=at("17.00")
    )
    assert offer.entry_id == first.pk

    with django_capture_on_commit_callbacks(execute=True):
        leave(entry_id=first.pk, by=SYSTEM, now=at("17.02"))

    assert Offer.objects.get(state=OfferState.OPEN).entry_id == second.pk


def test_on_the_last_night_of_a_wait_an_offer_holds_until_its_own_end():
    make_session()
    evening = OPENING - timedelta(days=2) + timedelta(hours=4)
    entry = make_wait(until=evening.date(), now=evening)
    offer_free_times(now=evening)
    midnight = evening + timedelta(hours=5)

    assert expire_waits(now=midnight) == 0

    say_yes(Offer.objects.get(), midnight)
    entry.refresh_from_db()
    assert entry.end == "booked"
