"""Opens a visit again whose dose was recorded wrongly, and lets the next place follow."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from appointments.domain.status import ACTIVE, Move, Status
from appointments.domain.waiting import WaitEnd
from appointments.locks import lock_clinic
from appointments.models import Appointment, WaitingEntry
from appointments.selectors.closing import is_ended
from appointments.services.day import lasts
from appointments.services.following import booked_after, drop, follow
from appointments.services.moves import ChangedMeanwhileError, move
from appointments.services.observing import NO_OBSERVATION
from appointments.services.waiting import wait_after_all
from audit.domain import Actor
from audit.services import record
from patients.selectors import same_person
from vaccinations.models import Dose


def lock_visit_of(dose_id: UUID, *, clinic_id: int) -> Appointment | None:
    """Lock the visit of a dose, after its clinic: the place of the next dose may move.

    None where the dose belongs to no visit, or not any more. Call it in a transaction.
    """
    lock_clinic(clinic_id)
    return (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("slot__session__clinic", "decision")
        .filter(dose=dose_id)
        .first()
    )


def reopen(appointment: Appointment) -> None:
    """Let a visit wait for its dose again; nobody is observed after a dose that was not given."""
    move(appointment, Move.VOID_DOSE, dose=None, ended_at=None, **NO_OBSERVATION)


def status_without_dose(appointment: Appointment, *, now: datetime) -> Status:
    """Tell what becomes of a visit whose record is voided.

    Who came waits while the day lasts. Whoever was never seen to come has their time again while it
    is not over, and has missed it after that.
    """
    if appointment.arrival_assumed:
        session = appointment.slot.session
        over = now > session.ends_at or is_ended(session.pk)
        return Status.NO_SHOW if over else Status.BOOKED
    return Status.ARRIVED if lasts(appointment, now) else Status.TURNED_AWAY


def leave_without_dose(appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """Take the dose from a visit, and say what becomes of it and of the place of the next dose.

    While the dose can still be given the place follows. A visit that ends without a dose, also
    because the day is ended, cancels the place; one that was missed leaves it for two days, as for
    others who did not come. Who waited for the dose before it was recorded waits again, and whoever
    lost another time for it then is called, if no visit of theirs goes on.
    """
    goal = status_without_dose(appointment, now=now)
    lost = lost_by(appointment) is not None
    dose = appointment.dose
    assert dose is not None, "a visit is opened again whose dose is voided"
    if goal in {Status.BOOKED, Status.NO_SHOW}:
        _was_never_here(appointment, goal, by=by, now=now)
    else:
        reopen(appointment)
    if goal in ACTIVE:
        follow(appointment, by=by, now=now)
    elif goal == Status.TURNED_AWAY:
        _end(appointment, call_back=lost, by=by, now=now)
    for entry in waits_ended_by(dose):
        wait_after_all(entry, by=by, now=now)


def waits_ended_by(dose: Dose) -> list[WaitingEntry]:
    """List the waits that ended as a dose was recorded: without it the person waits again."""
    return list(
        WaitingEntry.objects.filter(
            patient__in=same_person(dose.patient_id),
            end=WaitEnd.GIVEN.value,
            ended_at=_first_recorded_at(dose),
        ).order_by("joined_at")
    )


def lost_by(appointment: Appointment) -> Appointment | None:
    """Return another time for the same dose that was cancelled as the dose of a visit was recorded.

    It may be somebody else's by now, so it is not given back: the clinic owes the person a call.
    """
    assert appointment.dose is not None
    return (
        Appointment.objects.filter(
            patient__in=same_person(appointment.patient_id),
            dose_number=appointment.dose_number,
            status=Status.CANCELLED,
            ended_at=_first_recorded_at(appointment.dose),
        )
        .exclude(pk=appointment.pk)
        .select_related("slot")
        .first()
    )


def _first_recorded_at(dose: Dose) -> datetime:
    """Return when a dose was first recorded, before its record was corrected."""
    while dose.replaces is not None:
        dose = dose.replaces
    return dose.recorded_at


def _was_never_here(appointment: Appointment, goal: Status, *, by: Actor, now: datetime) -> None:
    missed = goal == Status.NO_SHOW
    move(
        appointment,
        Move.MISS_AFTER_ALL if missed else Move.EXPECT_AFTER_ALL,
        dose=None,
        ended_at=now if missed else None,
        arrived_at=None,
        id_seen_by_id=None,
        arrival_assumed=False,
        informed_at=None,
        informed_by_id=None,
        fee="",
        **NO_OBSERVATION,
    )
    record(
        action="appointment.missed" if missed else "appointment.expected_again",
        by=by,
        now=now,
        patient_id=appointment.patient_id,
        object_id=appointment.pk,
        reason="dose_voided",
    )


def _end(appointment: Appointment, *, call_back: bool, by: Actor, now: datetime) -> None:
    move(appointment, Move.TURN_AWAY, ended_at=now, call_back=call_back)
    record(
        action="appointment.turned_away",
        by=by,
        now=now,
        patient_id=appointment.patient_id,
        object_id=appointment.pk,
        reason="dose_voided",
    )
    booked = booked_after(appointment)
    if booked is not None:
        with suppress(ChangedMeanwhileError):
            drop(booked, by=by, now=now)
