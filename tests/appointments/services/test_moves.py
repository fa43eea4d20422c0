"""Every move of the table on real rows, and every one that is refused."""

import threading
from itertools import product

import pytest
from django.db import connection

from appointments.domain.status import MOVES, Move, MoveNotAllowedError, Status
from appointments.models import Appointment
from appointments.services.moves import ChangedMeanwhileError, move
from tests.factories import BEFORE, at, make_booking, make_dose, make_staff
from tests.invariants import assert_integrity

# A row in a state of the vaccinated needs its dose, by constraint.
PAIRS = list(product(Move, Status))
ALLOWED = [(by, source) for by, source in PAIRS if source in MOVES[by][0]]
REFUSED = [(by, source) for by, source in PAIRS if source not in MOVES[by][0]]


def appointment_in(status):
    """An appointment put into a state past the service; the constraints still hold."""
    booked = make_booking(clock="17.00")
    dose = make_dose(patient=booked.patient, now=at("17.00")) if status == "vaccinated" else None
    Appointment.objects.filter(pk=booked.pk).update(status=status, dose=dose)
    return Appointment.objects.get(pk=booked.pk)


def fields_for(by, appointment):
    """What must change together with the state."""
    if by in {Move.VACCINATE, Move.RECORD_LATE}:
        return {"dose": make_dose(patient=appointment.patient, now=at("17.00"))}
    voiding = {Move.VOID_DOSE, Move.EXPECT_AFTER_ALL, Move.MISS_AFTER_ALL}
    return {"dose": None} if by in voiding else {}


@pytest.mark.django_db
@pytest.mark.parametrize(("by", "source"), ALLOWED, ids=str)
def test_an_allowed_move_is_made_in_the_row_and_the_object(by, source):
    appointment = appointment_in(source)
    move(appointment, by, **fields_for(by, appointment))
    assert appointment.status == MOVES[by][1]
    assert Appointment.objects.get(pk=appointment.pk).status == MOVES[by][1]


@pytest.mark.django_db
@pytest.mark.parametrize("source", Status, ids=str)
def test_a_move_that_the_table_does_not_have_changes_nothing(source):
    appointment = appointment_in(source)
    for by in [by for by, refused in REFUSED if refused is source]:
        with pytest.raises(MoveNotAllowedError):
            move(appointment, by, ended_at=BEFORE)
    kept = Appointment.objects.get(pk=appointment.pk)
    assert (kept.status, kept.ended_at) == (source, None)


@pytest.mark.django_db
def test_fields_that_go_with_a_move_are_set_with_it():
    appointment = appointment_in(Status.BOOKED)
    move(appointment, Move.CANCEL, ended_at=BEFORE)
    assert appointment.ended_at == Appointment.objects.get(pk=appointment.pk).ended_at == BEFORE


@pytest.mark.django_db
def test_a_move_from_a_state_that_is_past_is_refused_and_says_where_it_is():
    seen = appointment_in(Status.BOOKED)
    move(Appointment.objects.get(pk=seen.pk), Move.CHECK_IN, arrived_at=at("16.58"))
    with pytest.raises(ChangedMeanwhileError) as refused:
        move(seen, Move.CANCEL, ended_at=BEFORE)
    assert refused.value.now_status == Status.ARRIVED
    assert seen.status == Status.BOOKED
    kept = Appointment.objects.get(pk=seen.pk)
    assert (kept.status, kept.ended_at) == (Status.ARRIVED, None)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_move_at_once_one_wins_and_the_others_are_told():
    appointment = appointment_in(Status.BOOKED)
    ending = {"ended_at": at("17.00")}
    coming = {"arrived_at": at("17.00"), "id_seen_by": make_staff()}
    fields = {Move.CANCEL: ending, Move.MISS: ending, Move.CHECK_IN: coming}
    moves = [*fields, *fields]
    start, won, lost = threading.Barrier(len(moves)), [], []

    def try_to(by):
        seen = Appointment.objects.get(pk=appointment.pk)
        start.wait(timeout=10)
        try:
            move(seen, by, **fields[by])
            won.append(by)
        except ChangedMeanwhileError as refused:
            lost.append(refused.now_status)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_to, args=[by]) for by in moves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    [winner] = won
    assert lost == [MOVES[winner][1]] * 5
    assert_integrity(now=at("17.00"))
