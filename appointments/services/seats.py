"""Finds a seat for one more person. Called under the session's lock only."""

from datetime import datetime
from uuid import UUID

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession, Slot
from appointments.selectors.places import load_of, occupying, others_than, vials_for


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
    expire_stale_holds(session.pk, now)
    taken = list(
        Appointment.objects.filter(occupying(now), slot__session_id=session.pk)
        .filter(others_than(leaving))
        .values_list("slot_id", "seat", "slot__starts_at", "route")
    )
    seats = {seat for slot_id, seat, _, _ in taken if slot_id == slot.pk}
    free = [seat for seat in range(1, slot.capacity + 1) if seat not in seats]
    if not free:
        raise SlotUnavailableError
    after = [(starts_at, taken_route) for _, _, starts_at, taken_route in taken]
    after.append((slot.starts_at, route))
    if vials_for(session, load_of(session, after)) > session.vials_allotted:
        raise SlotUnavailableError
    return free[0]
