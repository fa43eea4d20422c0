"""Books, moves and cancels appointments."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from appointments.domain.status import Move, Status
from appointments.domain.waiting import WaitEnd
from appointments.locks import SlotUnknownError, lock_clinic, lock_slot
from appointments.models import Appointment, Slot
from appointments.selectors.ties import Ties, ties_of
from appointments.services import messages
from appointments.services.following import booked_after, drop, follow
from appointments.services.holding import current_hold
from appointments.services.missed import note_missed
from appointments.services.moves import ChangedMeanwhileError, move
from appointments.services.offering import look_again
from appointments.services.once import has_dose_otherwise
from appointments.services.repair_asks import withdraw_asks
from appointments.services.seats import SlotUnavailableError, free_seat
from appointments.services.waiting import end_waiting
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date


class HoldExpiredError(Exception):
    """The browser holds no seat any more."""


class AlreadyBookedError(Exception):
    """The patient has an appointment for this dose already, or has had the dose."""


class DoseGivenError(AlreadyBookedError):
    """The patient has had this dose already."""


class TooEarlyError(Exception):
    """The time lies before the first day the dose may be given (A11)."""


def confirm(
    *,
    browser_hash: str,
    patient_id: UUID,
    decision_id: UUID,
    by: Actor,
    now: datetime,
) -> Appointment:
    """Turn what a browser holds into a booking, with its messages and audit row.

    Raises HoldExpiredError, AlreadyBookedError (DoseGivenError).
    """
    with transaction.atomic():
        held = current_hold(browser_hash=browser_hash, now=now)
        if held is None:
            raise HoldExpiredError
        ties = ties_of(patient_id, dose_number=held.dose_number)
        if ties.given:
            raise DoseGivenError
        if ties.booked:
            lock_clinic(held.slot.session.clinic_id)  # before any row of an appointment
        _see_to(ties, dose_number=held.dose_number, by=by, now=now)
        if has_dose_otherwise(patient_id, held.dose_number):
            raise AlreadyBookedError
        try:
            move(
                held,
                Move.CONFIRM,
                patient_id=patient_id,
                decision_id=decision_id,
                held_until=None,
                browser_hash="",
                booked_at=now,
            )
        except ChangedMeanwhileError:
            raise HoldExpiredError from None
        except IntegrityError as error:
            raise AlreadyBookedError from error
        held.patient = ties.patient
        messages.booked(held, now=now)
        record(
            action="appointment.booked", by=by, now=now, patient_id=patient_id, object_id=held.pk
        )
        if ties.booked:
            follow(held, by=by, now=now)
    return held


def book(
    *,
    patient_id: UUID,
    decision_id: UUID,
    slot_id: UUID,
    route: str,
    dose_number: int,
    not_before: date | None,
    by: Actor,
    now: datetime,
    announce: messages.Announce = messages.booked,
    beforehand: Callable[[], object] | None = None,
) -> Appointment:
    """Book a seat at once, without a hold: for staff, and for the place of dose 2.

    ``beforehand`` is done under the lock before a seat is looked for: both happen, or neither.
    Raises SlotUnavailableError, TooEarlyError, AlreadyBookedError (DoseGivenError).
    """
    with transaction.atomic():
        slot = _locked(slot_id)
        if not_before and oslo_date(slot.starts_at) < not_before:
            raise TooEarlyError
        ties = ties_of(patient_id, dose_number=dose_number)
        if ties.given:
            raise DoseGivenError
        _see_to(ties, dose_number=dose_number, by=by, now=now)
        if beforehand is not None:
            beforehand()
        seat = free_seat(slot.session, slot, route=route, now=now)
        if has_dose_otherwise(patient_id, dose_number):
            raise AlreadyBookedError
        try:
            appointment = Appointment.objects.create(
                slot=slot,
                seat=seat,
                status=Status.BOOKED,
                date=oslo_date(slot.starts_at),
                not_before=not_before,
                dose_number=dose_number,
                route=route,
                patient=ties.patient,
                decision_id=decision_id,
                booked_at=now,
            )
        except IntegrityError as error:
            raise AlreadyBookedError from error
        announce(appointment, now=now)
        record(
            action="appointment.booked",
            by=by,
            now=now,
            patient_id=patient_id,
            object_id=appointment.pk,
        )
        if ties.booked:
            follow(appointment, by=by, now=now)
    return appointment


def rebook(
    *, appointment_id: UUID, slot_id: UUID, by: Actor, now: datetime, seat: int | None = None
) -> Appointment:
    """Move a booking to another time; the seat it had is free at the same moment.

    ``seat`` is one that was held for the person until now, in this transaction.
    On another day nobody has said whether they could move, so nobody is asked. Dose 2 follows
    dose 1, in the same transaction.
    Raises SlotUnavailableError, TooEarlyError, ChangedMeanwhileError (cancelled, arrived, moved).
    """
    with transaction.atomic():
        slot = _locked(slot_id)
        session = slot.session
        appointment = (
            Appointment.objects.select_for_update(of=("self",), no_key=True)
            .select_related("slot__session", "decision")
            .get(pk=appointment_id)
        )
        if appointment.status != Status.BOOKED:
            raise ChangedMeanwhileError(appointment.status)
        if appointment.slot_id == slot.pk:
            return appointment
        day = oslo_date(slot.starts_at)
        if appointment.not_before and day < appointment.not_before:
            raise TooEarlyError
        if seat is None:
            seat = free_seat(
                session, slot, route=appointment.route, now=now, leaving=appointment.pk
            )
        clinics = {session.clinic_id, appointment.slot.session.clinic_id}
        if day != appointment.date:
            appointment.movable_bands = []
        appointment.slot, appointment.seat, appointment.date = slot, seat, day
        appointment.sequence += 1
        appointment.moved_at = now
        appointment.save(
            update_fields=["slot", "seat", "date", "sequence", "moved_at", "movable_bands"]
        )
        withdraw_asks(appointment_id=appointment.pk)
        messages.changed(appointment, now=now)
        for clinic_id in clinics:
            look_again(clinic_id, now=now)
        record(
            action="appointment.moved",
            by=by,
            now=now,
            patient_id=appointment.patient_id,
            object_id=appointment.pk,
        )
        follow(appointment, by=by, now=now)
    return appointment


def cancel(*, appointment_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Cancel a booking, and with dose 1 what was booked for dose 2.

    Raises ChangedMeanwhileError when it is not booked any more.
    """
    with transaction.atomic():
        appointment = Appointment.objects.select_related("slot__session").get(pk=appointment_id)
        if appointment.status != Status.BOOKED:
            raise ChangedMeanwhileError(appointment.status)
        move(appointment, Move.CANCEL, ended_at=now)
        withdraw_asks(appointment_id=appointment.pk)
        messages.cancelled(appointment, now=now)
        look_again(appointment.slot.session.clinic_id, now=now)
        record(
            action="appointment.cancelled",
            by=by,
            now=now,
            patient_id=appointment.patient_id,
            object_id=appointment.pk,
        )
        following = booked_after(appointment)
        if following is not None:
            drop(following, by=by, now=now, announce=messages.cancelled)
    return appointment


def _locked(slot_id: UUID) -> Slot:
    try:
        return lock_slot(slot_id)
    except SlotUnknownError:
        raise SlotUnavailableError from None


def _see_to(ties: Ties, *, dose_number: int, by: Actor, now: datetime) -> None:
    """End what a booking puts an end to, before the row of an appointment is changed."""
    patient_id = ties.patient.pk
    if ties.waits:
        end_waiting(
            patient_id=patient_id, dose_number=dose_number, end=WaitEnd.BOOKED, now=now, by=by
        )
    if ties.booked:
        note_missed(patient_id=patient_id, dose_number=dose_number, now=now)
