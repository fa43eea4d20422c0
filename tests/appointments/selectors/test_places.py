from datetime import timedelta

import pytest

from appointments.selectors import places as module
from appointments.selectors.places import free_places
from appointments.services.booking import cancel
from appointments.services.holding import HOLD_MINUTES, hold
from audit.domain import Actor
from tests.factories import BEFORE, DAY, at, make_booking, make_clinic, make_session, slot_at

pytestmark = pytest.mark.django_db


def look(session, *, route="intradermal", group=3, not_before=DAY, now=BEFORE, leaving=None):
    return free_places(
        session.clinic_id,
        route=route,
        group=group,
        not_before=not_before,
        now=now,
        leaving=leaving,
    )


def sharing(found):
    return [place.starts_at for one in found for place in one.places if place.shares_vial]


def starts(found):
    return [place.starts_at for one in found for place in one.places]


def test_on_an_empty_day_every_time_opens_a_new_vial():
    session = make_session(hours=2)
    found = look(session)
    assert len(starts(found)) == 12
    assert sharing(found) == []


def test_times_within_the_window_of_a_planned_vial_share_it():
    """Window 120 minutes less the margin of 10: from 16.10 to 19.50 around a booking at 18.00."""
    session = make_session()
    make_booking(session=session, clock="18.00")
    shared = sharing(look(session))
    assert (shared[0], shared[-1]) == (at("16.10"), at("19.50"))
    assert at("16.00") in starts(look(session))


def test_a_full_vial_is_shared_no_more():
    session = make_session(stations=6)
    for _ in range(5):
        make_booking(session=session, clock="18.00")
    assert sharing(look(session)) == []


def test_a_hold_counts_until_it_runs_out(valkey):
    session = make_session(stations=1)
    hold(
        slot_id=slot_at(session, "18.00").pk,
        browser_hash="a" * 64,
        route="intradermal",
        dose_number=1,
        not_before=None,
        now=BEFORE,
    )
    assert at("18.00") not in starts(look(session))
    assert sharing(look(session)) != []
    later = BEFORE + timedelta(minutes=HOLD_MINUTES)
    assert at("18.00") in starts(look(session, now=later))
    assert sharing(look(session, now=later)) == []


def test_a_cancelled_booking_counts_no_more():
    session = make_session()
    appointment = make_booking(session=session, clock="18.00")
    cancel(appointment_id=appointment.pk, by=Actor.system(), now=BEFORE)
    assert sharing(look(session)) == []


def test_whole_vial_people_neither_share_nor_are_shared_with():
    session = make_session()
    make_booking(session=session, clock="18.00", keloid_tendency=True)
    assert sharing(look(session)) == []
    make_booking(session=session, clock="18.00")
    assert sharing(look(session, route="subcutaneous")) == []
    assert at("18.10") in starts(look(session, route="subcutaneous"))


def test_when_the_vials_are_promised_only_times_that_share_are_left():
    session = make_session(vials=1)
    make_booking(session=session, clock="18.00")
    found = look(session)
    assert starts(found) == sharing(found) != []
    assert look(session, route="subcutaneous") == []


def test_one_who_moves_sees_the_times_without_their_own_booking():
    session = make_session(stations=1, vials=1)
    appointment = make_booking(session=session, clock="18.00")
    assert at("18.00") not in starts(look(session))
    assert at("18.00") in starts(look(session, leaving=appointment.pk))
    assert at("16.00") in starts(look(session, leaving=appointment.pk))


def test_past_times_other_groups_closed_sessions_and_other_clinics_are_left_out():
    session = make_session(groups=[2])
    assert look(session, group=3) == []
    assert look(session, group=2) != []
    assert look(session, group=None) != []
    assert starts(look(session, group=2, now=at("19.45"))) == [at("19.50")]
    assert look(session, group=2, not_before=DAY + timedelta(days=1)) == []
    make_session(opened=False, clinic=make_clinic(slug="other"))
    assert (
        free_places(
            make_clinic(slug="other").pk, route="intradermal", group=2, not_before=DAY, now=BEFORE
        )
        == []
    )


def test_three_queries_however_many_sessions_and_people(django_assert_num_queries):
    session = make_session()
    for week in range(1, 4):
        other = make_session(starts_at=session.starts_at + timedelta(weeks=week))
        make_booking(session=other)
        make_booking(session=other)
    with django_assert_num_queries(3):
        assert len(look(session)) == 4


def test_what_shares_is_the_planners_answer(monkeypatch):
    session = make_session()
    monkeypatch.setattr(module, "deltas", lambda times, free, policy: dict.fromkeys(free, 0))
    assert len(sharing(look(session))) == 24
