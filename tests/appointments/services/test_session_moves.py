"""Opening, closing and cancelling sessions."""

from datetime import timedelta

import pytest

from appointments.domain.session_states import SessionMove, SessionMoveNotAllowedError
from appointments.models import ClinicSession
from appointments.selectors.day import sessions_from
from appointments.services.booking import cancel
from appointments.services.holding import hold
from appointments.services.seats import SlotUnavailableError
from appointments.services.sessions import (
    NoInUseWindowError,
    PeopleBookedError,
    SessionOverError,
    move_session,
)
from audit.domain import Actor
from audit.models import AuditEntry
from tests.factories import (
    BEFORE,
    at,
    make_booking,
    make_product,
    make_session,
    make_window,
    slot_at,
)

pytestmark = pytest.mark.django_db


def move(session, by_move, now=BEFORE):
    moved = move_session(session_id=session.pk, by_move=by_move, by=Actor.system(), now=now)
    session.refresh_from_db()
    assert moved.state == session.state
    return session.state


def hold_seat(session, clock="17.00", now=BEFORE):
    return hold(
        slot_id=slot_at(session, clock).pk,
        browser_hash="ab" * 32,
        route="intradermal",
        dose_number=1,
        not_before=None,
        now=now,
    )


def test_a_session_is_closed_and_opened_again_and_every_move_is_audited():
    session = make_session()
    assert move(session, SessionMove.CLOSE) == "closed"
    assert move(session, SessionMove.REOPEN) == "open"
    assert move(session, SessionMove.CANCEL) == "cancelled"
    actions = AuditEntry.objects.filter(object_id=str(session.pk)).order_by("pk")
    assert list(actions.values_list("action", flat=True))[2:] == [
        "session.closed",
        "session.reopened",
        "session.cancelled",
    ]


def test_a_move_that_the_table_does_not_have_changes_nothing():
    session = make_session(opened=False)
    with pytest.raises(SessionMoveNotAllowedError):
        move(session, SessionMove.CLOSE)
    session.refresh_from_db()
    assert session.state == "draft"
    assert not AuditEntry.objects.filter(action="session.closed").exists()


def test_nobody_new_gets_a_time_in_a_closed_session_and_those_booked_stay_on_the_staffs_list():
    session = make_session()
    make_booking(session=session)
    move(session, SessionMove.CLOSE)
    with pytest.raises(SlotUnavailableError):
        make_booking(session=session)
    [listed] = sessions_from([session.clinic_id], now=BEFORE)
    assert (listed.pk, listed.booked) == (session.pk, 1)


def test_a_session_with_people_booked_is_not_cancelled():
    session = make_session()
    first, _second = make_booking(session=session), make_booking(session=session)
    with pytest.raises(PeopleBookedError) as refused:
        move(session, SessionMove.CANCEL)
    assert (refused.value.booked, refused.value.held) == (2, 0)
    cancel(appointment_id=first.pk, by=Actor.system(), now=BEFORE)
    with pytest.raises(PeopleBookedError) as refused:
        move(session, SessionMove.CANCEL)
    assert refused.value.booked == 1
    session.refresh_from_db()
    assert session.state == "open"


def test_a_session_where_somebody_is_just_booking_is_not_cancelled(valkey):
    session = make_session()
    hold_seat(session)
    with pytest.raises(PeopleBookedError) as refused:
        move(session, SessionMove.CANCEL)
    assert (refused.value.booked, refused.value.held) == (0, 1)


def test_a_hold_that_has_run_out_does_not_stand_in_the_way(valkey):
    session = make_session()
    held = hold_seat(session)
    assert move(session, SessionMove.CANCEL, now=held.held_until) == "cancelled"
    held.refresh_from_db()
    assert held.status == "expired"


@pytest.mark.parametrize(("state", "by_move"), [("draft", "open"), ("closed", "reopen")])
def test_a_session_is_not_opened_without_a_window_or_when_it_is_over(state, by_move):
    session = make_session(opened=False)
    ClinicSession.objects.filter(pk=session.pk).update(state=state)
    with pytest.raises(SessionOverError):
        move(session, SessionMove(by_move), now=at("20.00"))
    ClinicSession.objects.filter(pk=session.pk).update(product=make_product(name="Uten brukstid"))
    with pytest.raises(NoInUseWindowError):
        move(session, SessionMove(by_move))
    session.refresh_from_db()
    assert session.state == state


def test_opening_takes_the_window_in_force_and_opening_again_keeps_it():
    session = make_session(opened=False, window_minutes=120)
    make_window(minutes=60, now=BEFORE)
    move(session, SessionMove.OPEN)
    assert session.window_minutes == 60
    make_window(minutes=30, now=BEFORE + timedelta(days=1))
    move(session, SessionMove.CLOSE)
    move(session, SessionMove.REOPEN)
    assert session.window_minutes == 60
