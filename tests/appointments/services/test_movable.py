"""When somebody can move, if it saves a vial: what is kept, and when it is forgotten."""

from datetime import timedelta

import pytest

from appointments.domain.time_bands import Band
from appointments.services.booking import cancel, rebook
from appointments.services.movable import BandNotOpenError, WholeVialError, set_movable
from appointments.services.moves import ChangedMeanwhileError
from audit.domain import Actor
from audit.models import AuditEntry
from tests.factories import BEFORE, OPENING, make_booking, make_session, slot_at

pytestmark = pytest.mark.django_db

EVENINGS = [Band.EVENING, Band.AFTERNOON]


def say(appointment, *bands):
    return set_movable(
        appointment_id=appointment.pk,
        bands=bands,
        by=Actor.patient(appointment.patient_id),
        now=BEFORE,
    )


def kept(appointment):
    appointment.refresh_from_db()
    return appointment.movable_bands


def notes():
    return AuditEntry.objects.filter(action="appointment.movable_changed").count()


def test_nobody_is_asked_to_move_who_has_not_said_so():
    assert kept(make_booking()) == []


def test_what_suits_is_kept_in_the_order_of_the_day_and_noted():
    appointment = make_booking()
    say(appointment, *EVENINGS)
    assert kept(appointment) == ["afternoon", "evening"]
    assert notes() == 1


def test_the_same_answer_again_changes_and_notes_nothing():
    appointment = make_booking()
    say(appointment, Band.EVENING)
    say(appointment, Band.EVENING)
    assert notes() == 1


def test_a_no_takes_the_answer_back():
    appointment = make_booking()
    say(appointment, Band.EVENING)
    say(appointment)
    assert kept(appointment) == []
    assert notes() == 2


def test_a_part_of_the_day_without_times_is_refused():
    appointment = make_booking()
    with pytest.raises(BandNotOpenError):
        say(appointment, Band.MORNING, Band.EVENING)
    assert kept(appointment) == []


def test_whoever_takes_a_whole_vial_is_never_asked():
    appointment = make_booking(keloid_tendency=True)
    with pytest.raises(WholeVialError):
        say(appointment, Band.EVENING)
    say(appointment)
    assert notes() == 0


def test_a_cancelled_booking_moves_nowhere():
    appointment = make_booking()
    cancel(appointment_id=appointment.pk, by=Actor.system(), now=BEFORE)
    with pytest.raises(ChangedMeanwhileError):
        say(appointment, Band.EVENING)


def test_the_answer_stays_on_the_same_day_and_is_forgotten_on_another():
    session = make_session()
    other = make_session(starts_at=OPENING + timedelta(days=7))
    appointment = make_booking(session=session, clock="17.00")
    say(appointment, Band.EVENING)
    for slot, left in ((slot_at(session, "18.00"), ["evening"]), (slot_at(other, "18.00"), [])):
        rebook(appointment_id=appointment.pk, slot_id=slot.pk, by=Actor.system(), now=BEFORE)
        assert kept(appointment) == left
