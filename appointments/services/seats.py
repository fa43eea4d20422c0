"""Finds a seat for one more person. Called under the session's lock only."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from appointments.domain.status import OCCUPYING, Status
from appointments.models import Appointment, ClinicSession, Slot
from appointments.selectors.places import load_of, others_than, vials_for


class SlotUnavailableError(Exception):
    """The time cannot be taken: just taken, begun, closed, or no vial left for it."""


def expire_stale_holds(session_id: UUID, now: datetime) -> int:
    """Free the seats of holds that have run out; returns how many."""
    return Appointment.objects.filter(
        slot__session_id=session_id, status=Status.HELD, held_until__lte=now
    ).update(status=Status.EXPIRED, ended_at=now)


def free_seat(
    session: ClinicSession,
    slot: Slot,
    *,
    route: str,
    now: datetime,
    leaving: UUID | None = None,
) -> int:
    """Return the lowest free seat of a slot, 1 and up. The session must be locked.

    ``leaving`` is the appointment that gives up its own place for this one.
    Raises SlotUnavailableError. A session never promises more vials than are allotted to it.
    """
    if session.state != ClinicSession.State.OPEN or slot.starts_at <= now:
        raise SlotUnavailableError
    taken = _taken(session, leaving)
    if any(one.held_until and one.held_until <= now for one in taken):
        expire_stale_holds(session.pk, now)
        taken = _taken(session, leaving)
    seats = {one.seat for one in taken if one.slot_id == slot.pk}
    free = [seat for seat in range(1, slot.capacity + 1) if seat not in seats]
    if not free:
        raise SlotUnavailableError
    after = [(one.starts_at, one.route) for one in taken]
    after.append((slot.starts_at, route))
    if vials_for(session, load_of(session, after)) > session.vials_allotted:
        raise SlotUnavailableError
    return free[0]


class _Taken(NamedTuple):
    slot_id: UUID
    seat: int | None
    held_until: datetime | None
    route: str
    starts_at: datetime


def _taken(session: ClinicSession, leaving: UUID | None) -> list[_Taken]:
    """List who has a seat in a session, those among them whose hold has run out."""
    rows = Appointment.objects.filter(
        others_than(leaving), slot__session_id=session.pk, status__in=OCCUPYING, standby=False
    ).values_list("slot_id", "seat", "held_until", "route", "slot__starts_at")
    return [
        _Taken(slot_id, seat, held_until, route, starts_at)
        for slot_id, seat, held_until, route, starts_at in rows
    ]
