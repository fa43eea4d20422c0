"""Calls people who can come on short notice, for a dose that is left over."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from appointments.domain.answer_times import tell_at
from appointments.domain.next_in_line import Chance, Waiter, answer_by, next_in_line
from appointments.domain.session_states import RUNNING
from appointments.domain.slot_times import minute_of
from appointments.domain.status import Status
from appointments.domain.vial_planning import invite_for_last_vial, invite_now
from appointments.domain.waiting import OfferKind
from appointments.locks import lock_session
from appointments.models import Appointment, ClinicSession, Offer, Slot
from appointments.selectors.closing import is_ended
from appointments.selectors.day import people_of, planned_vials
from appointments.selectors.places import policy_of
from appointments.selectors.standby import (
    VialForStandby,
    people_ahead,
    promised_by_vial,
    vial_for_standby,
)
from appointments.selectors.waiting import waiters_at
from appointments.services import messages
from appointments.services.following import follow
from appointments.services.offering import look_again, note_skips, still_waits, write_offer
from appointments.services.repair_asks import withdraw_asks
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from clinics.selectors import groups_offered
from vaccinations.services.vials import VialClosedError, lock_vial

# A vial planned for fewer is nobody's to be called for: its one person may well not come.
MIN_PLANNED = 2


def invite_standby(
    *, session_id: UUID, vial_id: UUID, number: int, by: Actor, now: datetime
) -> list[Offer]:
    """Invite at most ``number`` of the next standby people for doses left in an open vial.

    Each further one is asked only while ``invite_now`` says that a dose is almost certainly spare,
    and never more than the vial holds. Under the session's lock. Returns the offers.
    """
    with transaction.atomic():
        session = lock_session(session_id)
        vial = vial_for_standby(session, vial_id, now=now)
        if vial is None or session.state not in RUNNING or is_ended(session.pk):
            return []
        return _invite(
            _chance(session, OfferKind.STANDBY, at=now, limit=vial.limit, now=now),
            session=session,
            number=min(number, _spare(session, vial, now)),
            come_by=lambda waiter, until: until + timedelta(minutes=waiter.eta_minutes or 0),
            vial_id=vial_id,
            by=by,
            now=now,
        )


def invite_ahead(*, session_id: UUID, number: int, by: Actor, now: datetime) -> list[Offer]:
    """Invite standby people the day before, until ``number`` of them have said yes or still may.

    ``number`` is the most that the session takes, so asking twice invites nobody too many. They are
    to come with the last person planned for a vial, those with most room first. Returns the new
    offers.
    """
    return _invite_ahead(session_id, lambda invited: number - invited, by=by, now=now)


def _invite_ahead(
    session_id: UUID, missing: Callable[[int], int], *, by: Actor, now: datetime
) -> list[Offer]:
    with transaction.atomic():
        session = lock_session(session_id)
        if session.state not in RUNNING or session.starts_at <= now:
            return []
        number = missing(people_ahead(session.pk).count())
        made: list[Offer] = []
        for come_by, room in _rooms(session):
            made += _invite(
                _chance(session, OfferKind.STANDBY_AHEAD, at=come_by, limit=None, now=now),
                session=session,
                number=min(room, number - len(made)),
                come_by=_at(come_by),
                vial_id=None,
                by=by,
                now=now,
            )
        return made


def ask_next(freed: Iterable[Offer], *, now: datetime) -> None:
    """Let the next be asked for what some people let go, once this is committed.

    No lock is taken while their rows are held.
    """
    offers = list(freed)
    for clinic_id in {one.entry.clinic_id for one in offers if one.kind == OfferKind.TIME}:
        look_again(clinic_id, now=now)
    for offer in offers:
        if offer.kind != OfferKind.TIME:
            transaction.on_commit(partial(_invite_next, offer, now=now), robust=True)


def _invite_next(offer: Offer, *, now: datetime) -> None:
    by = Actor.system()
    if offer.vial_id is None:
        _invite_ahead(offer.session_id, lambda _invited: 1, by=by, now=now)
    else:
        invite_standby(session_id=offer.session_id, vial_id=offer.vial_id, number=1, by=by, now=now)


def can_take(offer: Offer, *, now: datetime) -> bool:
    """Tell whether a dose is left for one more who says yes. The session must be locked.

    Locks the vial until the transaction ends: whoever gives a dose from it waits. An invitation
    of the day before is for no vial yet.
    """
    if offer.vial_id is None:
        return True
    try:
        vial, left = lock_vial(offer.vial_id, offer.entry.clinic_id)
    except VialClosedError:
        return False
    return now < vial.use_before and left > promised_by_vial([vial.pk])[vial.pk]


def take(
    offer: Offer,
    session: ClinicSession,
    had: Appointment | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Put somebody who said yes on the day's list: no seat, no planned vial.

    ``had`` is the time they had booked for the dose; they give it up, and it is free at once.
    """
    assert offer.come_by is not None, "a standby person is told when to be there"
    slot = _slot_by(session, offer.come_by)
    entry = offer.entry
    where = {"slot": slot, "seat": None, "standby": True, "date": oslo_date(slot.starts_at)}
    if had is None:
        appointment = Appointment.objects.create(
            **where,
            status=Status.BOOKED,
            not_before=entry.not_before,
            dose_number=entry.dose_number,
            route=entry.route,
            patient_id=entry.patient_id,
            decision_id=entry.decision_id,
            booked_at=now,
        )
        messages.booked(appointment, now=now)
    else:
        appointment = (
            Appointment.objects.select_for_update(of=("self",), no_key=True)
            .select_related("slot__session")
            .get(pk=had.pk, status=Status.BOOKED)
        )
        given_up_at = appointment.slot.session.clinic_id
        for name, value in where.items():
            setattr(appointment, name, value)
        appointment.sequence += 1
        appointment.moved_at = now
        appointment.movable_bands = []
        appointment.save(update_fields=[*where, "sequence", "moved_at", "movable_bands"])
        withdraw_asks(appointment_id=appointment.pk)
        messages.changed(appointment, now=now)
        look_again(given_up_at, now=now)
    Offer.objects.filter(pk=offer.pk).update(appointment=appointment)
    offer.appointment = appointment
    record(
        action="appointment.booked" if had is None else "appointment.moved",
        by=by,
        now=now,
        patient_id=entry.patient_id,
        object_id=appointment.pk,
        reason="standby",
    )
    follow(appointment, by=by, now=now)


def _spare(session: ClinicSession, vial: VialForStandby, now: datetime) -> int:
    """Count how many more may be invited for a vial: each one makes a spare dose less likely.

    Towards closing the vials to come are reckoned with too, where this is the only one open.
    """
    policy = policy_of(session)
    this_minute, expiry, closing = (
        minute_of(moment, session.starts_at)
        for moment in (now, vial.vial.use_before, session.ends_at)
    )
    there_in_time = this_minute + policy.standby_eta < expiry

    def is_spare(pending: int) -> bool:
        drawn = vial.drawn
        if invite_now(this_minute, expiry, closing, drawn, vial.remaining, pending, policy):
            return True
        return (
            vial.alone
            and there_in_time
            and invite_for_last_vial(
                this_minute, expiry, closing, drawn, vial.expected, pending, policy
            )
        )

    promised, allowed = vial.pending + vial.sure, 0
    while promised + allowed < vial.left and is_spare(promised + allowed):
        allowed += 1
    return allowed


def _rooms(session: ClinicSession) -> list[tuple[datetime, int]]:
    """List when to come and for how many there is room, most first, by the day's planned vials."""
    ahead = list(people_ahead(session.pk).values_list("come_by", flat=True))
    rooms = [
        (vial.last_at, vial.capacity - vial.doses - ahead.count(vial.last_at))
        for vial in planned_vials(session, people_of(session.pk))
        if not vial.whole and vial.doses >= MIN_PLANNED
    ]
    return sorted(((at, max(1, room)) for at, room in rooms), key=lambda one: (-one[1], one[0]))


def _chance(
    session: ClinicSession,
    kind: OfferKind,
    *,
    at: datetime,
    limit: datetime | None,
    now: datetime,
) -> Chance:
    offered = set(session.offered_groups) & groups_offered(session.clinic_id, oslo_date(now))
    return Chance(
        kind=kind,
        session_id=session.pk,
        starts_at=at,
        groups=frozenset(offered),
        limit=limit,
    )


def _invite(
    chance: Chance,
    *,
    session: ClinicSession,
    number: int,
    come_by: Callable[[Waiter, datetime], datetime],
    vial_id: UUID | None,
    by: Actor,
    now: datetime,
) -> list[Offer]:
    made: list[Offer] = []
    if number <= 0:
        return made
    line = waiters_at(session.clinic_id, now=now)
    waiters = {pk: waiter for pk, (_entry, waiter) in line.items() if waiter.standby}
    while len(made) < number:
        chosen, skipped = next_in_line(waiters.values(), chance, now)
        if chosen is None:
            break
        entry = line[chosen.entry_id][0]
        until = answer_by(chosen, chance, now)
        assert until is not None, "who has no time to answer is passed over"
        if not still_waits(entry):
            del waiters[chosen.entry_id]
            continue
        offer = Offer(
            entry=entry,
            session=session,
            kind=chance.kind.value,
            vial_id=vial_id,
            made_at=now,
            answer_by=until,
            come_by=come_by(chosen, until),
        )
        ahead = chance.kind is OfferKind.STANDBY_AHEAD
        due_at = (tell_at(now, chosen.quiet) or now) if ahead else now
        write_offer(offer, entry, due_at=due_at, by=by)
        note_skips(skipped, chance, now=now)
        waiters[chosen.entry_id] = replace(chosen, has_offer=True)
        made.append(offer)
    return made


def _at(come_by: datetime) -> Callable[[Waiter, datetime], datetime]:
    return lambda _waiter, _until: come_by


def _slot_by(session: ClinicSession, come_by: datetime) -> Slot:
    slots = Slot.objects.filter(session=session)
    return (
        slots.filter(starts_at__lte=come_by).order_by("-starts_at").first()
        or slots.order_by("starts_at")[0]
    )
