"""Making many sessions in one go."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from appointments.models import ClinicSession, Slot
from appointments.services.sessions import (
    NoInUseWindowError,
    SessionsOverlapError,
    plan_series,
    plan_session,
)
from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.calendar import oslo_date
from tests.factories import (
    BEFORE,
    DAY,
    OPENING,
    make_clinic,
    make_product,
    make_session,
    make_window,
)

pytestmark = pytest.mark.django_db

TOKEN = UUID(int=1)
HOURS = timedelta(hours=4)
WEEK = timedelta(days=7)


def plan(*starts, clinic=None, **changed):
    return plan_series(
        **{
            "series_id": TOKEN,
            "clinic_id": (clinic or make_clinic()).pk,
            "product_id": make_product().pk,
            "openings": [(start, start + HOURS) for start in starts],
            "stations": 2,
            "slot_minutes": 10,
            "vials_allotted": 8,
            "offered_groups": [3, 2],
            "opened": False,
            "by": Actor.system(),
            "now": BEFORE,
        }
        | changed
    )


def test_all_are_made_with_their_slots_and_audit_rows():
    make_window()
    series = plan(OPENING, OPENING + WEEK)
    assert series.made
    assert [one.state for one in series.sessions] == ["draft", "draft"]
    assert Slot.objects.count() == 48
    assert AuditEntry.objects.filter(action="session.planned").count() == 2


def test_they_can_be_opened_at_once():
    make_window()
    plan(OPENING, OPENING + WEEK, opened=True)
    assert set(ClinicSession.objects.values_list("state", flat=True)) == {"open"}
    assert AuditEntry.objects.filter(action="session.opened").count() == 2


def test_asked_twice_with_the_same_token_it_makes_them_once():
    make_window()
    first = plan(OPENING, OPENING + WEEK)
    again = plan(OPENING, OPENING + WEEK)
    assert not again.made
    assert [one.pk for one in again.sessions] == [one.pk for one in first.sessions]
    assert ClinicSession.objects.count() == 2
    assert AuditEntry.objects.filter(action="session.planned").count() == 2


def test_one_that_overlaps_stops_all_and_is_named():
    make_session(starts_at=OPENING + WEEK + timedelta(hours=3))
    with pytest.raises(SessionsOverlapError) as refused:
        plan(OPENING, OPENING + WEEK, OPENING + 2 * WEEK)
    assert refused.value.days == [DAY + WEEK]
    assert ClinicSession.objects.count() == 1


def test_two_of_a_series_cannot_overlap_each_other():
    make_window()
    with pytest.raises(SessionsOverlapError) as refused:
        plan(OPENING, OPENING + HOURS / 2)
    assert refused.value.days == [oslo_date(OPENING)]


def test_without_a_window_nothing_is_made():
    with pytest.raises(NoInUseWindowError):
        plan(OPENING)
    assert not ClinicSession.objects.exists()


def single(clinic, starts_at=OPENING):
    return plan_session(
        clinic_id=clinic.pk,
        product_id=make_product().pk,
        starts_at=starts_at,
        ends_at=starts_at + HOURS,
        stations=1,
        slot_minutes=10,
        vials_allotted=1,
        offered_groups=[1],
        by=Actor.system(),
        now=BEFORE,
    )


def test_a_single_session_does_not_overlap_another_of_its_clinic_unless_that_is_cancelled():
    session = make_session()
    with pytest.raises(SessionsOverlapError):
        single(session.clinic)
    single(session.clinic, OPENING + HOURS)  # one begins when the other ends
    elsewhere = make_clinic(slug="elsewhere")
    make_window(clinic=elsewhere)
    single(elsewhere)
    ClinicSession.objects.filter(pk=session.pk).update(state="cancelled")
    single(session.clinic)


def test_the_database_is_the_last_guard_against_an_overlap():
    session = make_session()
    with pytest.raises(IntegrityError, match="session_alone_at_its_clinic"), transaction.atomic():
        ClinicSession.objects.create(
            clinic=session.clinic,
            product=session.product,
            date=DAY,
            starts_at=OPENING + HOURS / 2,
            ends_at=OPENING + HOURS,
            window_minutes=60,
            vials_allotted=1,
            offered_groups=[1],
            cutoff_at=BEFORE,
        )
