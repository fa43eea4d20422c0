"""Answers offers, ends them in time, and takes them back. Accepting is atomic."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from appointments.domain.session_states import RUNNING
from appointments.domain.status import Move, Status
from appointments.domain.waiting import OfferKind, OfferState, WaitEnd
from appointments.locks import lock_session, queue_up
from appointments.models import Appointment, ClinicSession, Offer, WaitingEntry
from appointments.selectors.own_waiting import active_of
from appointments.services import messages, standby
from appointments.services.booking import AlreadyBookedError, rebook
from appointments.services.following import follow
from appointments.services.missed import note_missed
from appointments.services.moves import ChangedMeanwhileError, move
from appointments.services.offer_ends import end_offers, withdraw_offers
from appointments.services.offering import offer_free_times
from appointments.services.waiting import end_waiting
from audit.domain import Actor
from audit.services import record
from encryption.keys import keyed_hash
from patients.locks import lock_person

__all__ = [
    "OfferOverError",
    "answer",
    "lapse_offers",
    "offer_free_times",
    "withdraw_offers",
]


class OfferOverError(Exception):
    """The offer is not open any more: ``state`` says what became of it."""

    def __init__(self, state: OfferState) -> None:
        super().__init__(state)
        self.state = state


def answer(*, offer_id: UUID, accept: bool, by: Actor, now: datetime) -> Offer:
    """Answer an offer. With yes the person has the time or the dose when this returns.

    Whoever had another time for the dose moves from it: that one is free at the same moment. With
    no, the next in line is asked at once. Raises OfferOverError (answered before, too late, taken
    back), AlreadyBookedError (the person has come already).
    """
    return _accept(offer_id, by=by, now=now) if accept else _decline(offer_id, by=by, now=now)


def lapse_offers(*, now: datetime) -> int:
    """End the offers that nobody answered in time; return how many. Safe to run twice at once.

    Their seats are free at the same moment, and the next in line are asked.
    """
    late = Offer.objects.filter(answer_by__lte=now)
    lapsed = end_offers(late, OfferState.LAPSED, by=Actor.system(), now=now)
    standby.ask_next(lapsed, now=now)
    return len(lapsed)


def _decline(offer_id: UUID, *, by: Actor, now: datetime) -> Offer:
    with transaction.atomic():
        in_time = Offer.objects.filter(pk=offer_id, answer_by__gt=now)
        declined = end_offers(in_time, OfferState.DECLINED, by=by, now=now)
        if not declined:
            raise OfferOverError(_state_of(offer_id, now))
        standby.ask_next(declined, now=now)
    return declined[0]


def _accept(offer_id: UUID, *, by: Actor, now: datetime) -> Offer:
    offer = Offer.objects.select_related("entry", "vial", "appointment").get(pk=offer_id)
    over: OfferState | None = None
    with transaction.atomic():
        # Two clinics may have offered something at the same instant: one yes of a person at a time.
        queue_up(keyed_hash("patient", str(offer.entry.patient_id)))
        session = lock_session(offer.session_id)
        # Entry, offer, appointment: whoever books or is vaccinated takes them in this order too.
        WaitingEntry.objects.select_for_update(no_key=True).only("pk").get(pk=offer.entry_id)
        over = _why_over(offer, session, now)
        if over is OfferState.WITHDRAWN:
            end_offers(Offer.objects.filter(pk=offer.pk), over, by=Actor.system(), now=now)
        if over is None:
            _take(offer, session, by=by, now=now)
    if over is not None:
        raise OfferOverError(over)
    return offer


def _why_over(offer: Offer, session: ClinicSession, now: datetime) -> OfferState | None:
    state = _state_of(offer.pk, now)
    if state is not OfferState.OPEN:
        return state
    if session.state not in RUNNING or session.ends_at <= now:
        return OfferState.WITHDRAWN
    if offer.kind == OfferKind.STANDBY and not standby.can_take(offer, now=now):
        return OfferState.WITHDRAWN
    if offer.kind == OfferKind.TIME and offer.appointment is not None:
        had = active_of(offer.entry, now=now)
        if had and had.not_before and offer.appointment.date < had.not_before:
            return OfferState.WITHDRAWN
    return None


def _take(offer: Offer, session: ClinicSession, *, by: Actor, now: datetime) -> None:
    changed = Offer.objects.filter(pk=offer.pk, state=OfferState.OPEN.value).update(
        state=OfferState.ACCEPTED.value, ended_at=now
    )
    if not changed:  # locked above, so only a control without the lock comes here
        raise OfferOverError(_state_of(offer.pk, now))
    offer.state, offer.ended_at = OfferState.ACCEPTED.value, now
    entry = offer.entry
    end_waiting(
        patient_id=entry.patient_id,
        dose_number=entry.dose_number,
        end=WaitEnd.BOOKED,
        now=now,
        by=by,
    )
    note_missed(patient_id=entry.patient_id, dose_number=entry.dose_number, now=now)
    lock_person(entry.patient_id)  # what they have on another row of theirs moves, too
    had = active_of(entry, now=now)
    if had is not None and had.status != Status.BOOKED:
        raise AlreadyBookedError
    try:
        with transaction.atomic():
            if offer.kind == OfferKind.TIME:
                _take_time(offer, had, by=by, now=now)
            else:
                standby.take(offer, session, had, by=by, now=now)
    except ChangedMeanwhileError:
        raise OfferOverError(OfferState.LAPSED) from None
    except IntegrityError as error:
        raise AlreadyBookedError from error
    record(
        action="offer.accepted",
        by=by,
        now=now,
        patient_id=entry.patient_id,
        object_id=offer.pk,
    )


def _take_time(offer: Offer, had: Appointment | None, *, by: Actor, now: datetime) -> None:
    assert offer.appointment_id is not None, "an offered time is held"
    held = Appointment.objects.select_related("slot").get(pk=offer.appointment_id)
    if held.slot.starts_at <= now:
        raise ChangedMeanwhileError(held.status)
    if had is not None:
        move(held, Move.EXPIRE, ended_at=now)
        rebook(appointment_id=had.pk, slot_id=held.slot_id, seat=held.seat, by=by, now=now)
        return
    move(
        held,
        Move.CONFIRM,
        patient_id=offer.entry.patient_id,
        decision_id=offer.entry.decision_id,
        held_until=None,
        browser_hash="",
        booked_at=now,
    )
    messages.booked(held, now=now)
    record(
        action="appointment.booked",
        by=by,
        now=now,
        patient_id=offer.entry.patient_id,
        object_id=held.pk,
    )
    follow(held, by=by, now=now)


def _state_of(offer_id: UUID, now: datetime) -> OfferState:
    """Return where an offer is; one that nobody answered in time has lapsed, swept or not."""
    state, answer_by = Offer.objects.values_list("state", "answer_by").get(pk=offer_id)
    if state == OfferState.OPEN and answer_by <= now:
        return OfferState.LAPSED
    return OfferState(state)
