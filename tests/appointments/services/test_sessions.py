"""Planning a session and opening it for booking."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from appointments.locks import SessionUnknownError
from appointments.models import ClinicSession
from appointments.services.sessions import (
    NoInUseWindowError,
    NotADraftError,
    open_session,
    plan_session,
)
from audit.domain import Actor
from audit.models import AuditEntry
from tests.factories import (
    BEFORE,
    DAY,
    OPENING,
    at,
    make_clinic,
    make_product,
    make_session,
    make_window,
    oslo,
)

pytestmark = pytest.mark.django_db


def plan(clinic=None, **changed):
    return plan_session(
        **{
            "clinic_id": (clinic or make_clinic()).pk,
            "product_id": make_product().pk,
            "starts_at": OPENING,
            "ends_at": OPENING + timedelta(hours=4),
            "stations": 2,
            "slot_minutes": 10,
            "vials_allotted": 12,
            "offered_groups": [3, 2],
            "by": Actor.system(),
            "now": BEFORE,
        }
        | changed
    )


def test_a_planned_session_is_a_draft_with_its_slots():
    make_window()
    session = plan()
    assert (session.state, session.date) == (ClinicSession.State.DRAFT, DAY)
    starts = list(session.slots.values_list("starts_at", "capacity"))
    assert len(starts) == 24
    assert (starts[0], starts[-1]) == ((at("16.00"), 2), (at("19.50"), 2))
    assert session.offered_groups == [2, 3]


def test_a_session_keeps_the_window_that_was_in_force_when_it_was_planned():
    make_window(minutes=90)
    session = plan()
    make_window(minutes=60)
    session.refresh_from_db()
    assert session.window_minutes == 90


def test_a_clinic_whose_doctor_has_not_set_a_window_plans_nothing():
    make_window(clinic=make_clinic(slug="elsewhere"))
    with pytest.raises(NoInUseWindowError):
        plan()
    assert not ClinicSession.objects.exists()


@pytest.mark.parametrize(
    ("opening", "cutoff"),
    [
        (at("16.00"), oslo(DAY - timedelta(days=1), "16.00")),
        (at("00.30"), oslo(DAY - timedelta(days=1), "16.00")),
        # The clocks change between the cutoff and the session.
        (oslo(DAY.replace(month=3, day=29), "10.00"), oslo(DAY.replace(month=3, day=28), "16.00")),
        (
            oslo(DAY.replace(month=10, day=25), "10.00"),
            oslo(DAY.replace(month=10, day=24), "16.00"),
        ),
    ],
)
def test_the_cutoff_is_four_in_the_afternoon_in_oslo_the_day_before(opening, cutoff):
    make_window()
    session = plan(starts_at=opening, ends_at=opening + timedelta(hours=2))
    assert ClinicSession.objects.get(pk=session.pk).cutoff_at == cutoff


@pytest.mark.parametrize(
    "impossible",
    [{"ends_at": OPENING}, {"stations": 0}],
    ids=["ends when it starts", "no stations"],
)
def test_the_database_refuses_an_impossible_session_and_keeps_no_part_of_it(impossible):
    make_window()
    with pytest.raises(IntegrityError), transaction.atomic():
        plan(**impossible)
    assert not ClinicSession.objects.exists()


def test_an_opened_draft_can_be_booked_and_both_acts_are_audited():
    session = make_session(opened=False)
    open_session(session_id=session.pk, by=Actor.system(), now=BEFORE)
    session.refresh_from_db()
    assert session.state == ClinicSession.State.OPEN
    actions = AuditEntry.objects.filter(object_id=str(session.pk)).order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["session.planned", "session.opened"]


@pytest.mark.parametrize("state", ["open", "closed", "cancelled"])
def test_only_a_draft_is_opened(state):
    session = make_session(opened=False)
    ClinicSession.objects.filter(pk=session.pk).update(state=state)
    with pytest.raises(NotADraftError):
        open_session(session_id=session.pk, by=Actor.system(), now=BEFORE)
    session.refresh_from_db()
    assert session.state == state


def test_a_session_that_is_not_there_cannot_be_opened():
    with pytest.raises(SessionUnknownError):
        open_session(session_id=uuid4(), by=Actor.system(), now=BEFORE)


def test_a_draft_is_not_opened_where_nobody_has_signed_an_in_use_window():
    """Planning asks first; a draft that came about otherwise stays one."""
    session = make_session(opened=False)
    unsigned = make_product(name="Uten brukstid")
    ClinicSession.objects.filter(pk=session.pk).update(product=unsigned)

    with pytest.raises(NoInUseWindowError):
        open_session(session_id=session.pk, by=Actor.system(), now=BEFORE)

    session.refresh_from_db()
    assert session.state == ClinicSession.State.DRAFT
