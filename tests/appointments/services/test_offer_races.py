"""Answers, sweeps and doses at the same moment, on real PostgreSQL, with each race shown real."""

from collections import Counter
from datetime import timedelta
from threading import Event

import pytest

from appointments.domain.session_states import SessionMove
from appointments.domain.status import Status
from appointments.domain.waiting import OfferState, WaitEnd
from appointments.models import Appointment, ClinicSession, Offer, WaitingEntry
from appointments.services import offer_ends, offering, offers, sessions, standby
from appointments.services.offers import OfferOverError, answer, lapse_offers, offer_free_times
from appointments.services.sessions import PeopleBookedError, move_session
from appointments.services.standby import invite_standby
from appointments.services.waiting import end_waiting
from audit.domain import Actor
from tests.appointments.services.test_session_races import together
from tests.factories import (
    BEFORE,
    actor_of,
    at,
    make_dose,
    make_patient,
    make_session,
    make_vial,
    make_wait,
)
from tests.invariants import assert_integrity, broken_invariants
from vaccinations.models import Vial
from vaccinations.services.doses import give

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 2  # seconds


def linger(monkeypatch, module, name, *, first_only=True):
    """Let whoever has done ``name`` wait a moment for another who does something."""
    done, go_on = Event(), Event()
    real = getattr(module, name)

    def do_and_wait(*args, **kwargs):
        result = real(*args, **kwargs)
        if first_only and done.is_set():
            return result
        done.set()
        go_on.wait(timeout=PATIENCE)
        return result

    monkeypatch.setattr(module, name, do_and_wait)
    return done, go_on


def unlocked(session_id):
    return ClinicSession.objects.get(pk=session_id)


@pytest.fixture
def _no_session_lock(monkeypatch):
    for module in (offers, offering, standby, sessions):
        monkeypatch.setattr(module, "lock_session", unlocked)


@pytest.fixture
def _no_clinic_lock(monkeypatch, _no_session_lock):
    monkeypatch.setattr(offering, "lock_clinic", lambda clinic_id: None)


def offered(people=1):
    """Make a session with one place per person, and offer them."""
    make_session(stations=1, hours=0.5 * people, slot_minutes=30, vials=5)
    for _ in range(people):
        make_wait()
    offer_free_times(now=BEFORE)
    return list(Offer.objects.select_related("entry").order_by("pk"))


def saying(offer, *, yes=True, now=BEFORE + timedelta(minutes=5)):
    def say():
        by = Actor.patient(offer.entry.patient_id)
        try:
            return answer(offer_id=offer.pk, accept=yes, by=by, now=now).state
        except OfferOverError as over:
            return f"told: {over.state}"

    return say


def test_of_two_devices_one_takes_it_and_the_other_is_told():
    [offer] = offered()
    assert Counter(together(saying(offer), saying(offer))) == {"accepted": 1, "told: accepted": 1}
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 1
    assert_integrity(now=BEFORE)


def test_yes_and_no_at_once_leave_one_of_them():
    [offer] = offered()
    said = sorted(together(saying(offer), saying(offer, yes=False)))
    assert said in (["accepted", "told: accepted"], ["declined", "told: declined"])
    booked = Appointment.objects.filter(status=Status.BOOKED).count()
    assert booked == (1 if "accepted" in said else 0)
    assert_integrity(now=BEFORE)


def accept_while_it_lapses(monkeypatch):
    [offer] = offered()
    done, go_on = linger(monkeypatch, offers, "_why_over")

    def lapse():
        assert done.wait(timeout=30)
        try:
            return lapse_offers(now=offer.answer_by)
        finally:
            go_on.set()

    said, lapsed = together(saying(offer, now=offer.answer_by - timedelta(seconds=1)), lapse)
    offer.refresh_from_db()
    return offer, said, lapsed


def test_an_answer_in_the_last_second_and_the_sweep_agree(monkeypatch):
    offer, said, lapsed = accept_while_it_lapses(monkeypatch)
    assert (said, lapsed) in {("accepted", 0), ("told: lapsed", 1)}
    assert offer.state == ("accepted" if lapsed == 0 else "lapsed")
    assert_integrity(now=offer.answer_by)


def test_control_a_sweep_that_does_not_compare_takes_the_time_away(monkeypatch):
    def end_anyway(found, state, *, by, now):
        ended = list(found.filter(state="open").select_related("entry"))
        Event().wait(timeout=PATIENCE)  # the answer is committed meanwhile
        for one in ended:
            Offer.objects.filter(pk=one.pk).update(state=state.value, ended_at=now)
            Appointment.objects.filter(pk=one.appointment_id).update(
                status=Status.EXPIRED, ended_at=now
            )
        return ended

    monkeypatch.setattr(offers, "end_offers", end_anyway)
    [offer] = offered()

    def lapse():
        return lapse_offers(now=offer.answer_by)

    said, lapsed = together(saying(offer, now=offer.answer_by - timedelta(seconds=1)), lapse)
    assert (said, lapsed) == ("accepted", 1)
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 0
    assert "appointment.fields" in broken_invariants(now=offer.answer_by)


def two_sweeps():
    for _ in range(2):
        make_wait()
    make_session(stations=1, hours=0.5, slot_minutes=30)
    return together(*[lambda: offer_free_times(now=BEFORE)] * 2)


def test_two_sweeps_offer_a_place_once(monkeypatch):
    linger(monkeypatch, offering, "waiters_at")
    assert sorted(two_sweeps()) == [0, 1]
    assert Offer.objects.count() == 1
    assert_integrity(now=BEFORE)


@pytest.mark.usefixtures("_no_clinic_lock")
def test_control_without_the_lock_the_database_must_stop_the_second_sweep(monkeypatch):
    monkeypatch.setattr(offering, "still_waits", lambda entry: True)
    linger(monkeypatch, offering, "note_skips", first_only=False)
    assert "stopped by the database" in two_sweeps()


def book_while_it_is_offered(monkeypatch):
    entry = make_wait()
    make_session()
    done, go_on = linger(monkeypatch, offering, "still_waits")

    def book():
        assert done.wait(timeout=30)
        try:
            return end_waiting(
                patient_id=entry.patient_id, dose_number=1, end=WaitEnd.BOOKED, now=BEFORE
            )
        finally:
            go_on.set()

    together(lambda: offer_free_times(now=BEFORE), book)
    return Offer.objects.filter(state="open").count()


def test_who_books_while_something_is_offered_keeps_no_open_offer(monkeypatch):
    assert book_while_it_is_offered(monkeypatch) == 0
    assert WaitingEntry.objects.get().end == WaitEnd.BOOKED
    assert_integrity(now=BEFORE)


def test_control_without_the_entrys_lock_an_offer_is_left_open(monkeypatch):
    monkeypatch.setattr(offering, "still_waits", lambda entry: True)
    assert book_while_it_is_offered(monkeypatch) == 1
    assert "offer.of_one_who_waits" in broken_invariants(now=BEFORE)


def cancel_while_accepting(monkeypatch):
    [offer] = offered()
    session = offer.session
    done, go_on = linger(monkeypatch, offers, "_why_over")

    def cancel():
        assert done.wait(timeout=30)
        try:
            move_session(
                session_id=session.pk, by_move=SessionMove.CANCEL, by=Actor.system(), now=BEFORE
            )
        except PeopleBookedError:
            return "refused"
        finally:
            go_on.set()
        return "cancelled"

    return together(saying(offer), cancel)


def test_a_session_is_not_cancelled_under_one_who_is_just_accepting(monkeypatch):
    assert cancel_while_accepting(monkeypatch) == ["accepted", "refused"]
    assert_integrity(now=BEFORE)


@pytest.mark.usefixtures("_no_session_lock")
def test_control_without_the_lock_it_is_cancelled_first(monkeypatch):
    said, cancelled = cancel_while_accepting(monkeypatch)
    # The offer's own row is the last guard: the seat is gone, so nobody is booked there.
    assert (said, cancelled) == ("told: withdrawn", "cancelled")


NOW = at("17.00")


def one_dose_left(invited):
    session, vial = make_session(), make_vial(now=at("16.30"))
    for _ in range(3):
        make_wait(wants_time=False, eta_minutes=30)
    found = invite_standby(
        session_id=session.pk, vial_id=vial.pk, number=invited, by=Actor.system(), now=NOW
    )
    for _ in range(4):
        make_dose(vial=vial, patient=make_patient(), now=NOW)
    return vial, found


def two_say_yes(monkeypatch):
    _vial, found = one_dose_left(2)
    linger(monkeypatch, standby, "can_take")
    return sorted(together(*(saying(one, now=NOW) for one in found)))


def test_of_two_who_say_yes_to_the_last_dose_one_gets_it(monkeypatch):
    assert two_say_yes(monkeypatch) == ["accepted", "told: withdrawn"]
    assert Appointment.objects.filter(standby=True, status=Status.BOOKED).count() == 1


@pytest.mark.usefixtures("_no_session_lock", "_no_vial_lock")
def test_control_without_the_locks_both_are_promised_it(monkeypatch):
    assert two_say_yes(monkeypatch) == ["accepted", "accepted"]


@pytest.fixture
def _no_vial_lock(monkeypatch):
    def look(vial_id, clinic_id):
        vial = Vial.objects.get(pk=vial_id, clinic_id=clinic_id, closed_at=None)
        return vial, 5 - vial.doses.count()

    monkeypatch.setattr(standby, "lock_vial", look)


def give_while_accepting(monkeypatch):
    vial, [offer] = one_dose_left(1)
    patient, nurse = make_patient(), actor_of(vial.opened_by)
    done, go_on = linger(monkeypatch, standby, "can_take")

    def give_it():
        assert done.wait(timeout=30)
        try:
            give(
                patient_id=patient.pk,
                vial_id=vial.pk,
                clinic_id=vial.clinic_id,
                dose_number=1,
                indication="ppv",
                ordered_route="intradermal",
                route="intradermal",
                site="left_upper_arm",
                previous_dose_on=None,
                by=nurse,
                now=NOW,
            )
        finally:
            given.append(Offer.objects.get(pk=offer.pk).state)
            go_on.set()

    given: list[str] = []
    together(saying(offer, now=NOW), give_it)
    return given[0]


def test_a_last_dose_is_given_after_a_yes_not_during_it(monkeypatch):
    """So the yes is known, and the sweep that follows finds another dose or says so."""
    assert give_while_accepting(monkeypatch) == OfferState.ACCEPTED


@pytest.mark.usefixtures("_no_vial_lock")
def test_control_without_the_vials_lock_it_is_given_in_between(monkeypatch):
    assert give_while_accepting(monkeypatch) == OfferState.OPEN


def test_ends_are_taken_in_one_order(monkeypatch):
    """Leaving, lapsing and answering at once: nobody waits for each other for ever."""
    found = offered(people=3)
    late = found[0].answer_by
    tasks = [
        *(saying(one, now=late - timedelta(seconds=1)) for one in found),
        lambda: lapse_offers(now=late),
        lambda: offer_ends.withdraw_offers(session_id=found[0].session_id, now=late),
        *(
            lambda one=one: end_waiting(
                patient_id=one.entry.patient_id, dose_number=1, end=WaitEnd.LEFT, now=late
            )
            for one in found
        ),
    ]
    results = together(*tasks)
    assert "stopped by the database" not in results
    assert not Offer.objects.filter(state="open", answer_by__lte=late).exists()
    assert_integrity(now=late)
