"""Two at one vial or lot at once, on real PostgreSQL; and without the lock, to show the race."""

from collections.abc import Callable
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from audit.domain import Actor
from care.services.recall import recall
from clinics.domain.roles import Role
from tests.factories import (
    Day,
    actor_of,
    at,
    make_day,
    make_dose,
    make_lot,
    make_staff,
    make_vial,
    sign_what_is_missing,
)
from tests.invariants import assert_integrity, broken_invariants
from tests.vaccinations.services.test_stock_races import at_once
from vaccinations.models import Lot, Recall, RecallContact, Vial
from vaccinations.services import recalls, vial_undoing, vials
from vaccinations.services.vials import discard, open_vial

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("17.42")


@pytest.fixture
def day() -> Day:
    return make_day()


@pytest.fixture
def vial(day: Day) -> Vial:
    return make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.40"))


def colleague(day: Day) -> Actor:
    return actor_of(make_staff(clinic=day.clinic, name="Ola Gran"), day.clinic)


def giving(day: Day, vial: Vial) -> Callable[[], object]:
    return lambda: make_dose(vial=vial, by=day.nurse, now=NOW)


def throwing(day: Day, vial: Vial) -> Callable[[], object]:
    known = {"clinic_id": day.clinic.pk, "reason": "broken", "by": day.by, "now": NOW}
    return lambda: discard(vial_id=vial.pk, **known)


def taking_back(day: Day, vial: Vial) -> Callable[[], object]:
    known = {"clinic_id": day.clinic.pk, "by": day.by, "now": NOW}
    return lambda: vial_undoing.was_not_opened(vial_id=vial.pk, **known)


def recalling(day: Day, by: Actor) -> Callable[[], object]:
    asked = {"lot_id": day.lot.pk, "clinic_id": day.clinic.pk, "reason": "Fra produsenten"}
    return lambda: recall(**asked, by=by, now=NOW)


@pytest.mark.parametrize("_attempt", range(3))
def test_given_one_vial_left_when_two_open_it_then_one_does(day: Day, _attempt: int) -> None:
    lot = make_lot(clinic=day.clinic, number="SISTE", vials=1)
    sign_what_is_missing(day.clinic, lot.product, on=NOW.date())
    nurses = [day.by, colleague(day)]

    def opening(by: Actor) -> Callable[[], object]:
        known = {"clinic_id": day.clinic.pk, "lot_id": lot.pk, "day": NOW.date()}
        return lambda: open_vial(**known, by=by, now=NOW)

    assert at_once(*map(opening, nurses)) == ["LotNotUsableError", "Vial"]
    assert_integrity(now=NOW)


@pytest.mark.parametrize("_attempt", range(3))
def test_given_a_dose_and_a_discard_at_once_then_the_vial_adds_up(
    day: Day, vial: Vial, _attempt: int
) -> None:
    results = at_once(giving(day, vial), throwing(day, vial))

    vial.refresh_from_db()
    given = vial.doses.count()
    assert results == (["Dose", "Vial"] if given else ["Vial", "VialClosedError"])
    assert given + vial.discarded == 5
    assert_integrity(now=NOW)


def test_control_without_the_lock_more_than_the_vial_held_is_accounted_for(
    day: Day, vial: Vial, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Barrier(2)

    def look_and_linger(vial_id: object, clinic_id: int) -> tuple[Vial, int]:
        found = Vial.objects.select_related("lot").get(pk=vial_id)
        both.wait(timeout=10)
        return found, 5

    monkeypatch.setattr(vials, "lock_vial", look_and_linger)
    monkeypatch.setattr("vaccinations.services.doses.lock_vial", look_and_linger)

    assert at_once(giving(day, vial), throwing(day, vial)) == ["Dose", "Vial"]
    assert "vial.balance" in broken_invariants(now=NOW), "the lock is what prevents it"


@pytest.mark.parametrize("_attempt", range(3))
def test_given_a_dose_when_the_opening_is_taken_back_at_once_then_one_of_both_happens(
    day: Day, vial: Vial, _attempt: int
) -> None:
    results = at_once(giving(day, vial), taking_back(day, vial))

    assert results in (["Dose", "NotUndoneError"], ["Vial", "VialClosedError"])
    assert_integrity(now=NOW)


def test_control_without_the_lock_a_dose_is_from_a_vial_that_was_not_opened(
    day: Day, vial: Vial, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Barrier(2)
    may = vial_undoing.may_be_taken_back

    def give_once_both_have_looked(vial_id: object, clinic_id: int) -> tuple[Vial, int]:
        found = Vial.objects.select_related("lot").get(pk=vial_id)
        both.wait(timeout=10)
        return found, 5

    def look_and_linger(found: Vial, *, now: object) -> bool:
        answer = may(found, now=now)  # type: ignore[arg-type]
        both.wait(timeout=10)
        return answer

    monkeypatch.setattr("vaccinations.services.doses.lock_vial", give_once_both_have_looked)
    monkeypatch.setattr(
        vial_undoing, "_locked", lambda vial_id, _clinic: Vial.objects.get(pk=vial_id)
    )
    monkeypatch.setattr(vial_undoing, "may_be_taken_back", look_and_linger)

    assert at_once(giving(day, vial), taking_back(day, vial)) == ["Dose", "Vial"]
    assert "vial.not_opened" in broken_invariants(now=NOW), "the lock is what prevents it"


@pytest.mark.parametrize("_attempt", range(3))
def test_given_two_leads_when_both_recall_a_lot_then_it_is_recalled_once(
    day: Day, vial: Vial, _attempt: int
) -> None:
    make_dose(vial=vial, by=day.nurse, now=NOW)
    leads = [
        actor_of(make_staff(Role.LEAD, clinic=day.clinic, name=name), day.clinic, Role.LEAD)
        for name in ("Lise Lund", "Lars Lie")
    ]

    assert at_once(*(recalling(day, lead) for lead in leads)) == ["Recall", "Recall"]

    assert (Recall.objects.count(), RecallContact.objects.count()) == (1, 1)
    assert day.lot.entries.filter(kind="recalled").count() == 1
    assert_integrity(now=NOW)


@pytest.mark.parametrize("_attempt", range(3))
def test_given_a_discard_when_the_lot_is_recalled_at_once_then_it_is_recalled(
    day: Day, vial: Vial, _attempt: int
) -> None:
    results = at_once(throwing(day, vial), recalling(day, day.by))

    assert results in (["Recall", "Vial"], ["Recall", "VialClosedError"])
    assert Lot.objects.get(pk=day.lot.pk).state == Lot.State.RECALLED
    assert_integrity(now=NOW)


def test_a_vial_that_closes_just_before_the_recall_gets_to_it_does_not_stop_the_recall(
    day: Day, vial: Vial, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=at("17.41"))

    def a_moment_late(*, vial_id: UUID, **known: Any) -> Vial:
        if vial_id == vial.pk:
            throwing(day, vial)()
        return discard(vial_id=vial_id, **known)

    monkeypatch.setattr(recalls, "discard", a_moment_late)

    assert isinstance(recalling(day, day.by)(), Recall)

    vial.refresh_from_db()
    other.refresh_from_db()
    assert (vial.discard_reason, other.discard_reason) == ("broken", "lot_stopped")
    assert_integrity(now=NOW)


@pytest.mark.parametrize("_attempt", range(3))
def test_given_a_dose_when_its_lot_is_recalled_at_once_then_its_person_is_called(
    day: Day, vial: Vial, _attempt: int
) -> None:
    results = at_once(giving(day, vial), recalling(day, day.by))

    assert results in (["Dose", "Recall"], ["Recall", "VialClosedError"])
    assert RecallContact.objects.count() == vial.doses.count()
    assert Lot.objects.get(pk=day.lot.pk).state == Lot.State.RECALLED
    assert_integrity(now=NOW)
