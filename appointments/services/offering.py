"""Offers free times to the next in line: a sweep, and a look at once when a place is freed."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction

from appointments.domain.answer_times import SOONEST, tell_at
from appointments.domain.next_in_line import Chance, Waiter, answer_by, next_in_line
from appointments.domain.status import Status
from appointments.domain.waiting import OfferKind, SkipReason
from appointments.locks import lock_clinic, lock_session
from appointments.models import Appointment, Offer, OfferSkip, Slot, WaitingEntry
from appointments.selectors.places import Place, free_places
from appointments.selectors.waiting import quiet_of, waiters_at
from appointments.services import waiting_messages
from appointments.services.seats import SlotUnavailableError, free_seat
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import OSLO, oslo_date
from clinics.selectors import groups_offered
from encryption.keys import keyed_hash

# A look plans by what it saw at its start; so few new vials, then it looks anew.
LOOKS = 5


def offer_free_times(*, now: datetime) -> int:
    """Offer what is free to those who wait, at every clinic; return how many offers were made.

    Each clinic is a transaction under its lock: two sweeps at once offer nothing twice. Every offer
    holds its seat, so there are never more of them than free places.
    """
    clinics = (
        WaitingEntry.objects.filter(ended_at=None, wants_time=True)
        .order_by()
        .values_list("clinic_id", flat=True)
        .distinct()
    )
    return sum(offer_at(clinic_id, now=now) for clinic_id in list(clinics))


def offer_at(clinic_id: int, *, now: datetime) -> int:
    """Offer a clinic's free times to those who wait there; return how many offers were made."""
    made = 0
    for _ in range(LOOKS):
        with transaction.atomic():
            lock_clinic(clinic_id)
            offers = _look(clinic_id, now=now)
        made += offers
        if not offers:
            break
    return made


def look_again(clinic_id: int, *, now: datetime) -> None:
    """Look for the next in line as soon as this transaction is done: a place may be free.

    Should that fail, the sweep does it within a minute.
    """
    if WaitingEntry.objects.filter(clinic_id=clinic_id, ended_at=None, wants_time=True).exists():
        transaction.on_commit(partial(offer_at, clinic_id, now=now), robust=True)


@dataclass(frozen=True)
class _Free:
    """A free place: for which routes, and whether it shares a planned vial."""

    place: Place
    routes: frozenset[str]


def _look(clinic_id: int, *, now: datetime) -> int:
    line = waiters_at(clinic_id, now=now)
    waiters = {pk: waiter for pk, (_entry, waiter) in line.items() if waiter.wants_time}
    if not waiters:
        return 0
    made = 0
    groups = groups_offered(clinic_id, oslo_date(now))
    for session_id, (offered, places) in _free_by_session(clinic_id, waiters, now).items():
        left = list(places)
        while left:
            free = left[0]
            chance = Chance(
                kind=OfferKind.TIME,
                session_id=session_id,
                starts_at=free.place.starts_at,
                groups=frozenset(offered & groups),
                routes=free.routes,
            )
            chosen, skipped = next_in_line(waiters.values(), chance, now)
            if chosen is None:
                # Nobody takes one in that hour: its other places are not tried.
                left = [one for one in left if _alike(one) != _alike(free)]
                continue
            left.pop(0)
            if not _offer(line[chosen.entry_id][0], chosen, free.place, chance, now=now):
                break
            made += 1
            waiters[chosen.entry_id] = replace(chosen, has_offer=True)
            note_skips(skipped, chance, now=now)
            if not free.place.shares_vial:
                break  # a new vial: what shares it now is seen by the next look
    return made


def _free_by_session(
    clinic_id: int, waiters: dict[UUID, Waiter], now: datetime
) -> dict[UUID, tuple[set[int], list[_Free]]]:
    """Find the places that can be offered, by session: those that share a vial first."""
    routes: dict[UUID, set[str]] = {}
    places: dict[UUID, Place] = {}
    sessions: dict[UUID, tuple[set[int], list[UUID]]] = {}
    for route in sorted({one.route for one in waiters.values()}):
        found = free_places(clinic_id, route=route, group=None, not_before=oslo_date(now), now=now)
        for one in found:
            _groups, ids = sessions.setdefault(
                one.session.pk, (set(one.session.offered_groups), [])
            )
            for place in one.places:
                if place.starts_at - now < SOONEST:
                    continue
                if place.slot_id not in places:
                    ids.append(place.slot_id)
                known = places.get(place.slot_id)
                places[place.slot_id] = known if known and known.shares_vial else place
                routes.setdefault(place.slot_id, set()).add(route)
    return {
        session_id: (
            groups,
            sorted(
                (_Free(places[pk], frozenset(routes[pk])) for pk in ids),
                key=lambda one: (not one.place.shares_vial, one.place.starts_at),
            ),
        )
        for session_id, (groups, ids) in sessions.items()
    }


def _alike(free: _Free) -> tuple[int, frozenset[str]]:
    return free.place.starts_at.astimezone(OSLO).hour, free.routes


def _offer(
    entry: WaitingEntry, waiter: Waiter, place: Place, chance: Chance, *, now: datetime
) -> bool:
    """Hold the seat and write the offer; False when the place or the person is gone."""
    until = answer_by(waiter, chance, now)
    if until is None or not still_waits(entry):
        return False
    session = lock_session(chance.session_id)
    slot = Slot.objects.get(pk=place.slot_id)
    try:
        seat = free_seat(session, slot, route=entry.route, now=now)
    except SlotUnavailableError:
        return False
    offer_id = uuid4()
    appointment = Appointment.objects.create(
        slot=slot,
        seat=seat,
        status=Status.HELD,
        date=oslo_date(slot.starts_at),
        not_before=entry.not_before,
        dose_number=entry.dose_number,
        route=entry.route,
        browser_hash=keyed_hash("offer", str(offer_id)),
        held_until=until,
    )
    offer = Offer(
        pk=offer_id,
        entry=entry,
        session=session,
        kind=OfferKind.TIME.value,
        appointment=appointment,
        made_at=now,
        answer_by=until,
    )
    write_offer(offer, entry, due_at=tell_at(now, quiet_of(entry)) or now, by=Actor.system())
    return True


def still_waits(entry: WaitingEntry) -> bool:
    """Lock an entry until the transaction ends; False when the person has left the list.

    Whoever books or leaves just now waits for us, and then finds the offer and ends it.
    """
    return (
        WaitingEntry.objects.select_for_update(no_key=True)
        .filter(pk=entry.pk, ended_at=None)
        .only("pk")
        .first()
        is not None
    )


def write_offer(offer: Offer, entry: WaitingEntry, *, due_at: datetime, by: Actor) -> None:
    """Write an offer with its message and audit row."""
    offer.save(force_insert=True)
    waiting_messages.offered(offer, entry, due_at=due_at, now=offer.made_at)
    record(
        action="offer.made",
        by=by,
        now=offer.made_at,
        patient_id=entry.patient_id,
        object_id=offer.pk,
        reason=offer.kind,
    )


def note_skips(skipped: list[tuple[Waiter, SkipReason]], chance: Chance, *, now: datetime) -> None:
    """Keep why those before somebody in line were not offered it; once for each reason."""
    OfferSkip.objects.bulk_create(
        (
            OfferSkip(
                entry_id=waiter.entry_id,
                session_id=chance.session_id,
                kind=chance.kind.value,
                reason=reason.value,
                skipped_at=now,
            )
            for waiter, reason in skipped
        ),
        ignore_conflicts=True,
    )
