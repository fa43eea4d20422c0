"""Codes used, browsers opened and access ended at once, on real PostgreSQL: the stricter wins."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import connections

from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.roles import Role
from clinics.models import Clinic
from notifications.models import Message
from patients.models import ActivatedBrowser, ActivationCode, Patient
from patients.services import activations
from patients.services.activations import (
    ActivationRefusedError,
    BrowserEndedError,
    activate,
    end_access,
    hand_over,
    open_again,
)
from patients.services.identity import Shown, check_identity, undo_identity
from patients.services.merging import set_apart, set_merged
from tests import factories
from tests.conftest import owner_parameters
from tests.factories import BEFORE
from tests.invariants import assert_integrity

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]

BROWSERS = 4
WAITS_FOR_A_ROW = "SELECT count(*) FROM pg_locks WHERE NOT granted"
A_MINUTE_LATER = BEFORE + timedelta(minutes=1)


@pytest.fixture
def clinic() -> Clinic:
    return factories.make_clinic()


@pytest.fixture
def by(clinic: Clinic) -> Actor:
    nurse = factories.make_staff(Role.VACCINATOR, clinic=clinic)
    return Actor.staff(nurse.pk, clinic_id=clinic.pk, role=Role.VACCINATOR)


@pytest.fixture
def alice() -> Patient:
    return factories.see_id(factories.make_patient())


def code_for(patient: Patient, by: Actor) -> str:
    assert by.clinic_id
    return hand_over(patient_id=patient.pk, clinic_id=by.clinic_id, by=by, now=BEFORE)


def use(code: str, patient: Patient, number: int = 0) -> str:
    told = {"pin": "8302", "name": "", "address": "", "now": BEFORE}
    try:
        activate(code=code, born=patient.birth_date, browser=f"{number:064}", **told)
    except ActivationRefusedError:
        return "refused"
    return "in"


def closing(act: Callable[[], Any]) -> Any:
    try:
        return act()
    finally:
        connections.close_all()


def until_one_waits(other: "Future[Any]") -> None:
    """Return when somebody waits for a row that we hold, or has not needed to."""
    with psycopg.connect(**owner_parameters(), autocommit=True) as asked:
        end = time.monotonic() + 20
        while asked.execute(WAITS_FOR_A_ROW).fetchone() == (0,) and not other.done():
            assert time.monotonic() < end
            time.sleep(0.02)


def test_one_code_in_four_browsers_at_once_lets_one_in(
    alice: Patient, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_for(alice, by)
    all_have_looked = Barrier(BROWSERS)
    person_of = activations.person_of

    def looked(patient_id):
        found = person_of(patient_id)
        all_have_looked.wait(20)  # each has found the code unused, and the birth date right
        return found

    monkeypatch.setattr(activations, "person_of", looked)
    with ThreadPoolExecutor(BROWSERS) as pool:
        tries = [pool.submit(closing, lambda n=n: use(code, alice, n)) for n in range(BROWSERS)]
        outcomes = Counter(one.result() for one in tries)

    assert outcomes == {"in": 1, "refused": BROWSERS - 1}
    assert ActivatedBrowser.objects.count() == ActivationCode.objects.count() == 1
    assert Message.objects.filter(kind=activations.MESSAGE).count() == 1
    assert_integrity(now=BEFORE)


def test_a_code_of_who_is_parted_from_another_meanwhile_does_not_open_the_others_pages(
    alice: Patient, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = factories.see_id(factories.make_patient())
    code = code_for(bob, by)
    merge = set_merged(kept=alice, dropped=bob, reason="told", by=by, now=A_MINUTE_LATER)
    person_of = activations.person_of

    def parted(patient_id):
        found = person_of(patient_id)  # Alice, as it stands
        set_apart(merge, reason="two_people", by=by, now=A_MINUTE_LATER)
        return found

    monkeypatch.setattr(activations, "person_of", parted)
    assert use(code, alice) == "refused"
    assert not ActivatedBrowser.objects.exists()
    monkeypatch.undo()
    assert use(code, bob) == "in"
    assert ActivatedBrowser.objects.get().patient == bob


def test_a_check_taken_back_while_the_code_is_used_takes_the_browser_along(
    clinic: Clinic, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = factories.make_booking(session=factories.make_session(clinic=clinic))
    patient = booked.patient
    assert patient
    names = patient.given_name, patient.family_name, patient.birth_date
    shown = Shown(*names, "none", "", "not_shown")
    at_visit = {"visit_id": booked.pk, "by": by, "now": BEFORE}
    check_identity(patient_id=patient.pk, document="passport", shown=shown, **at_visit)
    code = code_for(patient, by)
    used = activations._pin_hash
    with ThreadPoolExecutor(1) as pool:
        back: list[Future[Any]] = []

        def taken_back(secret, pin):
            # The code is used, the browser is not there yet, and nothing is committed.
            undo = pool.submit(closing, lambda: undo_identity(**at_visit))
            back.append(undo)
            until_one_waits(undo)
            return used(secret, pin)

        monkeypatch.setattr(activations, "_pin_hash", taken_back)
        assert use(code, patient) == "in"
        back[0].result(timeout=30)
    assert ActivatedBrowser.objects.get().ended_at == BEFORE
    assert_integrity(now=BEFORE)


def test_access_that_is_ended_while_a_code_is_used_ends_the_new_browser(
    alice: Patient, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_for(alice, by)
    let_in = activations._let_in
    with ThreadPoolExecutor(1) as pool:
        ending: list[Future[Any]] = []

        def ended(*arguments):
            # The browser is there, and nothing is committed.
            told = {"patient_id": alice.pk, "by": by, "now": BEFORE}
            ending.append(pool.submit(closing, lambda: end_access(**told)))
            until_one_waits(ending[0])
            let_in(*arguments)

        monkeypatch.setattr(activations, "_let_in", ended)
        assert use(code, alice) == "in"
        assert ending[0].result(timeout=30) == 1
    assert ActivatedBrowser.objects.get().ended_at == BEFORE
    assert_integrity(now=BEFORE)


def test_a_browser_that_is_ended_while_its_pin_is_read_is_not_let_in(
    alice: Patient, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse = factories.make_staff(Role.VACCINATOR, email="per@example.org")
    came = factories.make_activated_browser(patient=alice, by=nurse, now=BEFORE)
    read = activations._pin_hash

    def ended(secret, pin):
        assert end_access(patient_id=alice.pk, by=by, now=BEFORE) == 1
        return read(secret, pin)

    monkeypatch.setattr(activations, "_pin_hash", ended)
    with pytest.raises(BrowserEndedError):
        open_again(secret=came.secret, pin="8302", browser="b", address="", now=BEFORE)
    assert not AuditEntry.objects.filter(action="patient.logged_in").exists()
    assert ActivatedBrowser.objects.get().ended_at == BEFORE


def test_of_many_pins_tried_at_once_five_are_read(
    alice: Patient, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse = factories.make_staff(Role.VACCINATOR, email="per@example.org")
    came = factories.make_activated_browser(patient=alice, by=nurse, now=BEFORE)
    tries, known = 8, activations.known_browser
    all_have_looked = Barrier(tries)
    read: list[str] = []
    hashed = activations._pin_hash

    def looked(secret, *, now):
        found = known(secret, now=now)
        all_have_looked.wait(20)  # each has found the browser with five attempts left
        return found

    def reading(secret, pin):
        read.append(pin)
        return hashed(secret, pin)

    def guess(number: int) -> str:
        told = {"browser": f"{number:064}", "address": "", "now": BEFORE}
        try:
            open_again(secret=came.secret, pin=f"900{number}", **told)
        except (activations.WrongPinError, BrowserEndedError):
            return "refused"
        return "in"

    monkeypatch.setattr(activations, "known_browser", looked)
    monkeypatch.setattr(activations, "_pin_hash", reading)
    with ThreadPoolExecutor(tries) as pool:
        outcomes = [pool.submit(closing, lambda n=n: guess(n)) for n in range(tries)]
        assert {one.result() for one in outcomes} == {"refused"}
    assert len(read) == activations.PIN_ATTEMPTS
    assert ActivatedBrowser.objects.get().ended_at == BEFORE
