"""Finds and books the place of dose 2 (R16: at least 28 calendar days after dose 1)."""

from datetime import date, datetime, time
from uuid import UUID

from appointments.models import Appointment
from appointments.selectors.places import Place, free_places
from appointments.services import messages
from appointments.services.booking import book
from appointments.services.seats import SlotUnavailableError
from audit.domain import Actor
from clinics.domain.calendar import OSLO

# Another may take the place between the look and the lock; then the next best is tried.
TRIES = 5


class NoPlaceError(Exception):
    """No open session has a place: the patient is on the list "dose 2 to be placed"."""


def place_dose_two(
    *,
    patient_id: UUID,
    decision_id: UUID,
    clinic_id: int,
    route: str,
    not_before: date,
    like: datetime,
    by: Actor,
    now: datetime,
) -> Appointment:
    """Book dose 2 on the first possible day, near the time of day of dose 1.

    On that day a time that shares a planned vial goes before one that does not.
    Raises NoPlaceError, AlreadyBookedError.
    """
    for _ in range(TRIES):
        found = free_places(clinic_id, route=route, group=None, not_before=not_before, now=now)
        if not found:
            raise NoPlaceError
        try:
            return book(
                patient_id=patient_id,
                decision_id=decision_id,
                slot_id=_best(found[0].places, like).slot_id,
                route=route,
                dose_number=2,
                not_before=not_before,
                by=by,
                now=now,
                announce=messages.next_booked,
            )
        except SlotUnavailableError:
            continue
    raise NoPlaceError


def _best(places: tuple[Place, ...], like: datetime) -> Place:
    wanted = like.astimezone(OSLO).time()
    return min(
        places,
        key=lambda place: (
            not place.shares_vial,
            _minutes_between(place.starts_at.astimezone(OSLO).time(), wanted),
            place.starts_at,
        ),
    )


def _minutes_between(one: time, other: time) -> int:
    return abs((one.hour - other.hour) * 60 + one.minute - other.minute)
