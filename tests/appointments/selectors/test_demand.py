from datetime import timedelta

import pytest

from appointments.domain.time_bands import Band
from appointments.selectors.demand import demand_at
from tests.factories import BEFORE, OPENING, make_booking, make_clinic, make_session

pytestmark = pytest.mark.django_db


def test_bookings_are_counted_a_day_and_by_the_clock_in_oslo(django_assert_num_queries):
    session = make_session()
    for clock in ("16.10", "17.00", "17.10", "18.00"):
        make_booking(session=session, clock=clock, now=BEFORE)
    make_booking(session=session, clock="19.00", now=BEFORE - timedelta(days=8))
    with django_assert_num_queries(1):
        demand = demand_at(session.clinic_id, now=BEFORE + timedelta(hours=1))
    assert demand.a_day == 4 / 7
    assert demand.by_band == {Band.AFTERNOON: 1, Band.EVENING: 4}


def test_other_clinics_and_days_long_past_do_not_count():
    elsewhere = make_session(clinic=make_clinic(slug="vest"))
    make_booking(session=elsewhere)
    make_booking(session=make_session())
    long_after = OPENING + timedelta(weeks=9)
    assert demand_at(elsewhere.clinic_id, now=long_after).by_band == {}
