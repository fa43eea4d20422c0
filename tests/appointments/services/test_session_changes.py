"""Changing what a session was planned with."""

from datetime import timedelta

import pytest
from django.db import transaction

from appointments.models import ClinicSession
from appointments.services.session_changes import (
    ClosesTooEarlyError,
    CutoffTooLateError,
    SessionChanges,
    SessionEndedError,
    TooFewVialsError,
    change_session,
)
from appointments.services.sessions import NotADraftError, SessionsOverlapError
from audit.domain import Actor
from audit.models import AuditEntry
from tests.factories import BEFORE, OPENING, at, make_booking, make_session

pytestmark = pytest.mark.django_db


def change(session, **changes):
    with transaction.atomic():
        changed = change_session(
            session_id=session.pk, changes=SessionChanges(**changes), by=Actor.system(), now=BEFORE
        )
    session.refresh_from_db()
    return changed


def test_new_times_of_a_draft_bring_new_slots():
    session = make_session(opened=False)
    change(session, ends_at=at("18.00"), slot_minutes=20, stations=3)
    starts = list(session.slots.values_list("starts_at", "capacity"))
    assert starts == [(at(f"{16 + n // 3}.{n % 3 * 20:02}"), 3) for n in range(6)]
    entry = AuditEntry.objects.get(action="session.changed")
    assert entry.reason == "ends_at, slot_minutes, stations"


@pytest.mark.parametrize("name", ["stations", "slot_minutes"])
def test_times_of_an_open_session_stay(name):
    session = make_session()
    slots = list(session.slots.all())
    with pytest.raises(NotADraftError):
        change(session, **{name: 5})
    assert list(session.slots.all()) == slots


@pytest.mark.parametrize("state", ["draft", "open"])
def test_vials_groups_and_cutoff_change_until_it_is_closed(state):
    session = make_session(opened=state == "open")
    cutoff = OPENING - timedelta(hours=5)
    change(session, vials_allotted=7, offered_groups=[3, 1], cutoff_at=cutoff)
    assert (session.vials_allotted, session.offered_groups) == (7, [1, 3])
    assert session.cutoff_at == cutoff


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_a_session_that_is_closed_or_cancelled_stays_as_it_is(state):
    session = make_session()
    ClinicSession.objects.filter(pk=session.pk).update(state=state)
    with pytest.raises(SessionEndedError):
        change(session, vials_allotted=1)
    session.refresh_from_db()
    assert session.vials_allotted == 20


def test_what_is_booked_keeps_its_vials():
    session = make_session(window_minutes=60)
    for clock in ("16.00", "17.30", "19.00"):
        make_booking(session=session, clock=clock)
    with pytest.raises(TooFewVialsError) as refused:
        change(session, vials_allotted=2)
    assert refused.value.needed == 3
    change(session, vials_allotted=3)
    assert session.vials_allotted == 3


def test_nothing_changed_is_no_change():
    session = make_session()
    change(session, vials_allotted=20, offered_groups=[1, 2, 3])
    assert not AuditEntry.objects.filter(action="session.changed").exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"cutoff_at": OPENING}, CutoffTooLateError),
        ({"ends_at": OPENING}, ClosesTooEarlyError),
        ({"ends_at": at("16.05")}, ClosesTooEarlyError),
        ({"starts_at": at("14.00")}, SessionsOverlapError),
    ],
)
def test_what_cannot_be_is_refused(changes, error):
    make_session(starts_at=at("12.00"), hours=3)
    session = make_session(opened=False)
    slots = list(session.slots.all())
    with pytest.raises(error):
        change(session, **changes)
    assert list(session.slots.all()) == slots


def test_hours_may_move_within_the_sessions_own_time():
    session = make_session(opened=False)
    change(session, starts_at=at("16.30"))
    assert session.slots.first().starts_at == at("16.30")
