"""Which numbers govern a session, and when they may change."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from appointments.domain.session_states import SessionMove
from appointments.domain.vial_planning import ImpossiblePolicyError, VialPolicy
from appointments.models import PLANNING_BOUNDS, ClinicSession, PlanningNumbers
from appointments.selectors.places import free_places, policy_of
from appointments.services import policies
from appointments.services.policies import choose_planning_numbers, policy_for, take_policy
from appointments.services.sessions import move_session, open_session
from audit.domain import Actor
from audit.models import AuditEntry
from tests.appointments.selectors.test_history import use
from tests.factories import (
    BEFORE,
    DAY,
    OPENING,
    actor_of,
    make_booking,
    make_clinic,
    make_day,
    make_session,
    make_staff,
)

pytestmark = pytest.mark.django_db

NOBODY = Actor.system()


def choose(clinic=None, **numbers):
    clinic = clinic or make_clinic()
    return choose_planning_numbers(
        clinic_id=clinic.pk, numbers=numbers, by=actor_of(make_staff(clinic=clinic)), now=BEFORE
    )


def stored(session):
    return policy_of(ClinicSession.objects.get(pk=session.pk))


def test_given_nothing_chosen_and_nothing_seen_then_the_defaults_govern():
    policy = policy_for(clinic_id=make_clinic().pk, window_min=120, now=BEFORE)
    assert policy == VialPolicy(window_min=120)


def test_what_a_clinic_chose_and_what_it_learned_govern_together():
    day = make_day()
    choose(margin_min=15, booked_per_vial=4)
    use(day, 3, end="empty", now=OPENING - timedelta(days=7))

    policy = policy_for(clinic_id=day.clinic.pk, window_min=120, now=OPENING)

    assert (policy.margin_min, policy.booked_per_vial) == (15, 4)
    assert dict(policy.yield_mass)[3] == pytest.approx(2 / 21)


def test_it_costs_three_queries(django_assert_num_queries):
    clinic = make_clinic()
    with django_assert_num_queries(3):
        policy_for(clinic_id=clinic.pk, window_min=120, now=BEFORE)


def test_a_session_keeps_the_numbers_it_was_planned_with():
    choose(margin_min=15)
    session = make_session(opened=False)
    assert stored(session).margin_min == 15


def test_opening_a_draft_takes_what_is_chosen_by_then():
    session = make_session(opened=False)
    choose(booked_per_vial=4)
    open_session(session_id=session.pk, by=NOBODY, now=BEFORE)
    assert stored(session).booked_per_vial == 4


def test_an_open_session_keeps_what_it_has_promised_also_when_it_is_opened_again():
    session = make_session()
    choose(booked_per_vial=2, margin_min=60)
    for each in (SessionMove.CLOSE, SessionMove.REOPEN):
        move_session(session_id=session.pk, by_move=each, by=NOBODY, now=BEFORE)
    policy = stored(session)
    assert (policy.booked_per_vial, policy.margin_min) == (5, 10)


def test_once_people_can_book_only_what_is_learned_is_taken_anew():
    day = make_day()
    choose(booked_per_vial=2)
    use(day, 3, end="empty", now=OPENING - timedelta(days=7))

    policy = take_policy(day.session, now=OPENING)

    assert policy.booked_per_vial == 5
    assert dict(policy.yield_mass)[3] == pytest.approx(2 / 21)
    assert policy_of(day.session) == policy


def test_a_session_from_before_there_were_numbers_has_the_defaults():
    session = make_session()
    ClinicSession.objects.filter(pk=session.pk).update(policy={})
    assert stored(session) == VialPolicy(window_min=120)
    session.refresh_from_db()
    assert take_policy(session, now=BEFORE).booked_per_vial == 5


def test_the_offered_times_follow_the_clinics_margin():
    choose(margin_min=100)
    session = make_session()
    make_booking(session=session, clock="18.00")
    (found,) = free_places(
        session.clinic_id, route="intradermal", group=3, not_before=DAY, now=BEFORE
    )
    sharing = [
        f"{p.starts_at.astimezone(OPENING.tzinfo):%H.%M}" for p in found.places if p.shares_vial
    ]
    assert sharing == ["17.40", "17.50", "18.00", "18.10", "18.20"]


def test_choosing_is_kept_once_for_a_clinic_and_recorded():
    own = choose(margin_min=15)
    again = choose(margin_min=15, hold_min=10)
    assert (again.pk, again.margin_min, again.hold_min) == (own.pk, 15, 10)
    assert PlanningNumbers.objects.count() == 1
    recorded = AuditEntry.objects.filter(action="planning.chosen").order_by("pk")
    assert [entry.reason for entry in recorded] == ["margin_min", "hold_min"]
    choose(margin_min=15, hold_min=10)
    assert recorded.count() == 2


def test_an_emptied_number_goes_back_to_its_default():
    choose(margin_min=15)
    assert choose(margin_min=None).chosen() == {}


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ({"margin_min": -1}, "margin_min"),
        ({"margin_min": 121}, "margin_min"),
        ({"booked_per_vial": 0}, "booked_per_vial"),
        ({"booked_per_vial": 6}, "booked_per_vial"),
        ({"hold_min": 21}, "hold_min"),
        ({"standby_eta": 0}, "standby_eta"),
        ({"min_batch": 4, "booked_per_vial": 3}, "min_batch"),
        ({"open_threshold": 5, "booked_per_vial": 4}, "open_threshold"),
        ({"p_attend_day": 1}, "p_attend_day"),
        ({"luck": 1}, "luck"),
    ],
)
def test_numbers_that_cannot_be_are_refused_by_name_and_nothing_is_kept(numbers, field):
    with pytest.raises(ImpossiblePolicyError) as refusal:
        choose(**numbers)
    assert refusal.value.field == field
    assert not PlanningNumbers.objects.exists()


@pytest.mark.parametrize("name", PLANNING_BOUNDS)
def test_the_database_refuses_what_is_out_of_bounds(name):
    own, (_least, most) = choose(), PLANNING_BOUNDS[name]
    with pytest.raises(IntegrityError, match=f"planning_{name}"), transaction.atomic():
        PlanningNumbers.objects.filter(pk=own.pk).update(**{name: most + 1})


def test_a_snapshot_that_cannot_be_read_is_refused_by_the_name_of_its_number():
    session = make_session()
    session.policy = {"booked_per_vial": 0}
    with pytest.raises(ImpossiblePolicyError) as refusal:
        policy_of(session)
    assert refusal.value.field == "booked_per_vial"


def test_every_number_that_can_be_chosen_is_one_of_the_policys():
    assert set(PLANNING_BOUNDS) <= set(VialPolicy(window_min=1).snapshot())
    assert policies.check_planning_numbers({}) == VialPolicy(window_min=480)
