"""Holds a seat while a patient checks out: ten minutes, one per browser."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from appointments.domain.status import Status
from appointments.locks import lock_session, queue_up
from appointments.models import Appointment, Slot
from appointments.services.seats import SlotUnavailableError, free_seat
from clinics.domain.calendar import oslo_date
from limits.rules import HOLD, count_one

HOLD_MINUTES = 10


class TooManyHoldsError(Exception):
    """More times were held than people would; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"wait {retry_after} s")
        self.retry_after = retry_after


def hold(
    *,
    slot_id: UUID,
    browser_hash: str,
    route: str,
    dose_number: int,
    not_before: date | None,
    now: datetime,
    address: str = "",
) -> Appointment:
    """Hold a seat for a browser, letting go of what it held before.

    ``address`` is the network address that asks, "" when it is not to be counted.
    Asked again for the same time, it returns the hold there is, with its end unchanged.
    Raises SlotUnavailableError when there is no such slot or no seat; an earlier hold is kept then.
    Raises TooManyHoldsError.
    """
    wait = count_one(HOLD, browser=browser_hash, address=address)
    if wait:
        raise TooManyHoldsError(wait)
    slot = Slot.objects.filter(pk=slot_id).first()
    if slot is None or (not_before and oslo_date(slot.starts_at) < not_before):
        raise SlotUnavailableError
    with transaction.atomic():
        queue_up(browser_hash)
        held = current_hold(browser_hash=browser_hash, now=now)
        if held and _is_same(held, slot, route, dose_number, not_before):
            return held
        session = lock_session(slot.session_id)
        # Under the lock: others expire this browser's old hold under it too, and would wait for us.
        release(browser_hash=browser_hash, now=now)
        seat = free_seat(session, slot, route=route, now=now)
        return Appointment.objects.create(
            slot=slot,
            seat=seat,
            status=Status.HELD,
            date=oslo_date(slot.starts_at),
            not_before=not_before,
            dose_number=dose_number,
            route=route,
            browser_hash=browser_hash,
            held_until=now + timedelta(minutes=HOLD_MINUTES),
        )


def _is_same(
    held: Appointment, slot: Slot, route: str, dose_number: int, not_before: date | None
) -> bool:
    asked = (slot.pk, route, dose_number, not_before)
    return (held.slot_id, held.route, held.dose_number, held.not_before) == asked


def current_hold(*, browser_hash: str, now: datetime) -> Appointment | None:
    """Return what a browser holds, with its slot, session and clinic.

    None when the hold ran out or the time has begun.
    """
    return (
        Appointment.objects.filter(
            browser_hash=browser_hash,
            status=Status.HELD,
            held_until__gt=now,
            slot__starts_at__gt=now,
        )
        .select_related("slot__session__clinic")
        .first()
    )


def release(*, browser_hash: str, now: datetime) -> int:
    """Let go of what a browser holds; returns how many seats (0 or 1)."""
    return Appointment.objects.filter(browser_hash=browser_hash, status=Status.HELD).update(
        status=Status.EXPIRED, ended_at=now
    )


def expire_holds(*, now: datetime) -> int:
    """Expire all holds that have run out; returns how many. Safe to run twice at once."""
    return Appointment.objects.filter(status=Status.HELD, held_until__lte=now).update(
        status=Status.EXPIRED, ended_at=now
    )
