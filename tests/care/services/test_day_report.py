"""Whom and which lost vials a day's figures count."""

from datetime import datetime, timedelta

import pytest

from appointments.domain.status import Move
from appointments.models import Appointment
from appointments.services.moves import move
from appointments.services.offers import answer
from appointments.services.standby import invite_standby
from appointments.services.taking_back import arrive_after_all
from audit.domain import Actor
from care.services.day_losses import lost_unopened
from care.services.day_report import day_numbers
from tests.care.services.test_closing import frozen_lot
from tests.care.services.test_walk_in import come, vial_with
from tests.factories import Day, at, make_booking, make_session, make_thawing, make_wait
from vaccinations.models import Lot
from vaccinations.services.stock import write_off
from vaccinations.services.stock_at_hand import lose_one

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


def lose(day: Day, lot: Lot, now: datetime, thawing_id: int | None = None) -> None:
    write_off(
        lot_id=lot.pk,
        clinic_id=day.clinic.pk,
        vials=1,
        note="falt i gulvet",
        thawing_id=thawing_id,
        by=day.by,
        now=now,
    )


def test_a_vial_that_broke_at_the_board_is_lost_that_day(day: Day) -> None:
    lose_one(
        lot_id=day.lot.pk,
        clinic_id=day.clinic.pk,
        expected=20,
        note="falt i gulvet",
        by=day.by,
        now=at("17.42"),
    )

    assert day_numbers(day.session).lost_unopened == 1


def test_of_two_sessions_a_loss_is_the_ones_that_had_begun_last(day: Day) -> None:
    evening = make_session(clinic=day.clinic, starts_at=at("20.30"), hours=2)
    for clock in ("09.00", "17.42", "21.00", "23.30"):
        lose(day, day.lot, at(clock))
    lose(day, day.lot, at("21.00") - A_DAY)

    assert (lost_unopened(day.session), lost_unopened(evening)) == (2, 2)


def test_a_loss_after_midnight_is_the_session_that_went_on_till_then(day: Day) -> None:
    night = make_session(clinic=day.clinic, starts_at=at("22.00"), hours=4)
    morning = make_session(clinic=day.clinic, starts_at=at("09.00") + A_DAY)
    lose(day, day.lot, at("01.00") + A_DAY)
    lose(day, day.lot, at("03.00") + A_DAY)

    assert [lost_unopened(one) for one in (day.session, night, morning)] == [0, 1, 1]


def test_a_thawed_vial_is_lost_on_the_day_it_broke_whatever_day_it_was_thawed_for(
    day: Day,
) -> None:
    lot = frozen_lot(day)
    tomorrow = make_session(clinic=day.clinic, starts_at=at("16.00") + A_DAY)
    thawing = make_thawing(lot=lot, by=day.nurse, use_before=at("23.00") + 3 * A_DAY)
    lose(day, lot, at("17.00") + A_DAY, thawing.pk)

    assert (lost_unopened(day.session), lost_unopened(tomorrow)) == (0, 1)


def test_what_died_overnight_is_the_last_sessions_also_when_written_off_the_day_after(
    day: Day,
) -> None:
    lot = frozen_lot(day)
    evening = make_session(clinic=day.clinic, starts_at=at("20.30"), hours=2)
    tomorrow = make_session(clinic=day.clinic, starts_at=at("16.00") + A_DAY)
    thawing = make_thawing(lot=lot, by=day.nurse, use_before=at("23.00"))
    lose(day, lot, at("08.00") + A_DAY, thawing.pk)

    assert [lost_unopened(one) for one in (day.session, evening, tomorrow)] == [0, 1, 0]


def test_vials_that_had_gone_out_of_date_are_no_loss_of_the_day(day: Day) -> None:
    Lot.objects.filter(pk=day.lot.pk).update(expires_on=day.session.date - A_DAY)
    lose(day, day.lot, at("17.42"))

    assert lost_unopened(day.session) == 0


def test_who_lost_the_seat_had_a_time_all_the_same(day: Day) -> None:
    missed = make_booking(session=day.session, clock="17.40")
    move(missed, Move.MISS, ended_at=at("18.00"))
    make_booking(session=day.session, clock="17.40")
    arrive_after_all(appointment_id=missed.pk, by=day.by, now=at("18.10"))
    assert Appointment.objects.get(pk=missed.pk).standby

    numbers = day_numbers(day.session)

    assert (numbers.booked, numbers.standby, numbers.walk_ins) == (2, 0, 0)


def test_who_was_invited_and_who_just_came_are_told_apart(day: Day) -> None:
    vial = vial_with(day, left=3)
    make_wait(clinic=day.clinic, wants_time=False, eta_minutes=30)
    [offer] = invite_standby(
        session_id=day.session.pk, vial_id=vial.pk, number=1, by=Actor.system(), now=at("17.20")
    )
    who = Actor.patient(offer.entry.patient_id)
    answer(offer_id=offer.pk, accept=True, by=who, now=at("17.21"))
    come(day)

    numbers = day_numbers(day.session)

    assert (numbers.booked, numbers.standby, numbers.walk_ins) == (0, 1, 1)
