"""Waves of messages: no more people than places, the lowest group first, nobody twice."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest

from appointments.services import waves
from appointments.services.waves import send_waves
from clinics.models import Clinic, GroupOffer
from eligibility.models import GroupInterest
from eligibility.services import interests
from eligibility.services.interests import leave
from notifications.models import Message
from tests.care.services.test_vaccination_races import at_once
from tests.factories import (
    BEFORE,
    OPENING,
    make_booking,
    make_clinic,
    make_decision,
    make_dose,
    make_interest,
    make_session,
    make_vial,
)
from tests.invariants import assert_integrity

NOW = BEFORE
django_db = pytest.mark.django_db


def told() -> list[GroupInterest]:
    return list(GroupInterest.objects.filter(told_at__isnull=False).order_by("consented_at"))


def waiting(number: int, **fields: Any) -> list[GroupInterest]:
    return [
        make_interest(now=NOW - timedelta(days=9, minutes=-one), **fields) for one in range(number)
    ]


def session_with(times: int, **fields: Any) -> Any:
    """Open a session with room for so many people, one at a time."""
    fields = {"stations": 1, "slot_minutes": 10, "hours": times / 6, **fields}
    return make_session(now=NOW - timedelta(days=1), **fields)


@django_db
def test_no_more_are_told_than_there_are_places_the_longest_waiting_first() -> None:
    people = waiting(5)
    session_with(3)

    assert send_waves(now=NOW) == 3

    assert told() == people[:3]
    assert Message.objects.filter(kind="group_open").count() == 3


@django_db
def test_the_next_are_told_when_those_who_were_have_had_two_days() -> None:
    waiting(5)
    session_with(3)
    send_waves(now=NOW)

    assert send_waves(now=NOW + timedelta(hours=47)) == 0
    assert send_waves(now=NOW + timedelta(hours=49)) == 2


@django_db
def test_a_place_that_is_taken_is_offered_to_nobody_else() -> None:
    waiting(5)
    make_booking(session=session_with(3), now=NOW - timedelta(hours=1))

    assert send_waves(now=NOW) == 2


@django_db
def test_people_who_lack_dose_2_go_first() -> None:
    """Somebody had dose 1, and no session was open for dose 2."""
    waiting(5)
    earlier = NOW - timedelta(days=40)
    clinic = make_clinic()
    decision = make_decision(now=earlier)
    make_dose(patient=decision.patient, vial=make_vial(clinic=clinic, now=earlier), now=earlier)
    session_with(3)

    assert send_waves(now=NOW) == 2


@django_db
def test_a_group_that_is_not_open_waits_until_its_day() -> None:
    clinic = make_clinic(groups=(2,))
    opens = date(2026, 11, 20)
    GroupOffer.objects.create(clinic=clinic, priority_group=3, valid_from=opens)
    make_interest(group=3, now=NOW - timedelta(days=9))
    session_with(3, starts_at=OPENING + timedelta(days=7))

    assert send_waves(now=NOW - timedelta(days=1)) == 0
    assert send_waves(now=NOW + timedelta(days=2)) == 1


@django_db
def test_a_session_for_other_groups_is_no_place() -> None:
    waiting(2, group=3)
    session_with(3, groups=(2,))

    assert send_waves(now=NOW) == 0


@django_db
def test_the_lower_group_goes_first() -> None:
    waiting(2, group=3)
    later = make_interest(group=2, now=NOW - timedelta(hours=1))
    session_with(1)

    assert send_waves(now=NOW) == 1
    assert told() == [later]


@django_db
def test_without_places_nobody_is_told() -> None:
    waiting(2)
    assert send_waves(now=NOW) == 0


def sweeping() -> Callable[[], Any]:
    return lambda: send_waves(now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_attempt", range(3))
def test_two_sweeps_at_once_tell_nobody_twice_and_no_more_than_there_are_places(
    _attempt: int,
) -> None:
    waiting(5)
    session_with(2)

    counts = at_once(sweeping(), sweeping())

    assert sorted(counts) == [0, 2]  # type: ignore[type-var]
    assert len(told()) == 2
    assert Message.objects.filter(kind="group_open").count() == 2
    assert_integrity(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_sweeps_choose_and_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting(5)
    session_with(2)
    both_have_chosen = Barrier(2)

    def unguarded(chosen: list[GroupInterest], *, now: Any) -> int:
        both_have_chosen.wait(timeout=10)
        return len([GroupInterest.objects.filter(pk=one.pk).update(told_at=now) for one in chosen])

    monkeypatch.setattr(waves, "lock_clinic", lambda _clinic_id: None)
    monkeypatch.setattr(waves, "tell", unguarded)

    assert at_once(sweeping(), sweeping()) == [2, 2], "four were told of two places"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_attempt", range(3))
def test_who_leaves_while_a_wave_goes_out_is_either_told_before_or_not_at_all(
    _attempt: int,
) -> None:
    one = make_interest(now=NOW - timedelta(days=9))
    session_with(2)

    at_once(sweeping(), lambda: leave(interest_id=one.pk, now=NOW))

    kept = GroupInterest.objects.get()
    assert (kept.end, kept.contact) == ("left", None)
    assert Message.objects.filter(kind="group_open").exists() == (kept.told_at is not None)
    assert_integrity(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_guard_somebody_who_has_left_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = make_interest(now=NOW - timedelta(days=9))
    session_with(2)

    def unguarded(chosen: list[GroupInterest], *, now: Any) -> int:
        leave(interest_id=one.pk, now=now)
        for each in chosen:
            interests._queue("group_open", each, now=now)
        return len(chosen)

    monkeypatch.setattr(waves, "tell", unguarded)

    assert send_waves(now=NOW) == 1
    assert GroupInterest.objects.get().ended_at is not None
    assert Message.objects.filter(kind="group_open").exists()


@django_db
def test_each_clinic_has_its_own_places() -> None:
    there = make_clinic(slug="majorstua", name="Majorstua")
    assert isinstance(there, Clinic)
    make_interest(clinic=there, now=NOW - timedelta(days=9))
    make_interest(now=NOW - timedelta(days=9))
    session_with(2)

    assert send_waves(now=NOW) == 1
