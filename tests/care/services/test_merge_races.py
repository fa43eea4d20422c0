"""Two rows merged while something happens on them, on real PostgreSQL."""

from collections import Counter
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from appointments.models import Appointment
from appointments.services import booking
from appointments.services.booking import AlreadyBookedError, book, cancel
from care.services.merging import MergeRefusedError, merge
from patients.models import Patient, PatientMerge
from tests import factories
from tests.appointments.services.test_session_races import together
from tests.factories import BEFORE, OPENING, slot_at
from tests.invariants import assert_integrity
from vaccinations.models import Dose
from vaccinations.services import doses
from vaccinations.services.doses import DoseAlreadyGivenError

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


@pytest.fixture
def day(db):
    return factories.make_day()


def known(day):
    """Make somebody whose time was cancelled."""
    booked = factories.make_booking(session=day.session, clock="16.10")
    cancel(appointment_id=booked.pk, by=day.by, now=BEFORE)
    return booked.patient


def booker(day, patient, clock):
    decision = factories.make_decision(patient=patient)
    slot = slot_at(day.session, clock)

    def run():
        try:
            book(
                patient_id=patient.pk,
                decision_id=decision.pk,
                slot_id=slot.pk,
                route="intradermal",
                dose_number=1,
                not_before=None,
                by=day.by,
                now=BEFORE,
            )
        except AlreadyBookedError:
            return "has one"
        return "booked"

    return run


def merger(day, kept, dropped):
    def run():
        try:
            merge(keep_id=kept.pk, drop_id=dropped.pk, reason="told", by=day.by, now=BEFORE)
        except MergeRefusedError:
            return "refused"
        return "merged"

    return run


def giver(patient, vial):
    def run():
        try:
            factories.make_dose(patient=patient, vial=vial)
        except DoseAlreadyGivenError:
            return "has had it"
        return "given"

    return run


def two_book_as_they_are_merged(day, round_):
    kept, dropped = known(day), known(day)
    clocks = (f"17.{round_}0", f"18.{round_}0")
    return together(
        merger(day, kept, dropped),
        booker(day, kept, clocks[0]),
        booker(day, dropped, clocks[1]),
    )


def test_whoever_comes_first_a_person_has_one_time_or_two_rows(day):
    for round_ in range(ROUNDS):
        merged, *booked = two_book_as_they_are_merged(day, round_)
        assert (merged, Counter(booked)["booked"]) in {("merged", 1), ("refused", 2)}
    assert_integrity(now=OPENING)


def test_of_two_who_book_for_the_two_rows_of_one_person_one_does(day):
    for round_ in range(ROUNDS):
        kept, dropped = known(day), known(day)
        merger(day, kept, dropped)()
        done = together(booker(day, kept, f"17.{round_}0"), booker(day, dropped, f"18.{round_}0"))
        assert Counter(done) == {"booked": 1, "has one": 1}
    assert_integrity(now=OPENING)


def test_without_the_lock_both_book(day, monkeypatch):
    monkeypatch.setattr(booking, "has_dose_otherwise", lambda patient_id, dose_number: False)
    kept, dropped = known(day), known(day)
    merger(day, kept, dropped)()
    done = together(booker(day, kept, "17.00"), booker(day, dropped, "18.00"))
    assert Counter(done) == {"booked": 2}
    assert Appointment.objects.filter(status="booked").count() == 2


def test_of_two_doses_for_the_two_rows_of_one_person_one_is_given(day):
    for _ in range(ROUNDS):
        kept, dropped = known(day), known(day)
        vials = [factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse) for _ in "ab"]
        done = together(merger(day, kept, dropped), giver(kept, vials[0]), giver(dropped, vials[1]))
        assert (done[0], Counter(done[1:])["given"]) in {("merged", 1), ("refused", 2)}
    assert_integrity(now=OPENING)


def test_without_the_lock_a_dose_is_given_twice(day, monkeypatch):
    monkeypatch.setattr(doses, "lock_person", lambda patient_id: [patient_id])
    seen = doses.doses_of
    kept, dropped = known(day), known(day)
    merger(day, kept, dropped)()
    vials = [factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse) for _ in "ab"]
    both = Barrier(2)

    def read_and_linger(patients):
        found = seen(patients)
        with suppress(BrokenBarrierError):
            both.wait(timeout=2)
        return found

    monkeypatch.setattr(doses, "doses_of", read_and_linger)
    done = together(giver(kept, vials[0]), giver(dropped, vials[1]))
    assert Counter(done) == {"given": 2}
    assert Dose.objects.count() == 2


def test_merged_from_both_sides_at_once_they_are_merged_one_way(day):
    for _ in range(ROUNDS):
        one, other = known(day), known(day)
        done = together(merger(day, one, other), merger(day, other, one))
        assert Counter(done) == {"merged": 1, "refused": 1}
    assert not Patient.objects.filter(merged_into__merged_into__isnull=False).exists()
    assert PatientMerge.objects.count() == ROUNDS
    assert_integrity(now=OPENING)
