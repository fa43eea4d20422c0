"""Finds and books the place of dose 2 (R16: at least 28 calendar days after dose 1)."""

from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.status import Status
from appointments.models import Appointment, Slot
from appointments.selectors.places import free_places
from appointments.services import messages
from appointments.services.booking import book
from appointments.services.following import best_of, drop, first_day_after, settle
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.seats import SlotUnavailableError
from audit.domain import Actor
from eligibility.services.decisions import course_of
from patients.selectors import same_person

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

    On that day a time that shares a planned vial goes before one that does not. What was booked
    for it before stays where it is, or moves if that would be too early or the route is another.
    Raises NoPlaceError, AlreadyBookedError.
    """
    known = _booked(patient_id, 2)
    if known is not None:
        with transaction.atomic():
            kept = settle(
                known.pk,
                clinic_id=clinic_id,
                not_before=not_before,
                route=route,
                decision_id=decision_id,
                by=by,
                now=now,
            )
        if kept is None:
            raise NoPlaceError
        return kept
    for _ in range(TRIES):
        found = free_places(clinic_id, route=route, group=None, not_before=not_before, now=now)
        if not found:
            raise NoPlaceError
        try:
            return book(
                patient_id=patient_id,
                decision_id=decision_id,
                slot_id=best_of(found[0].places, like=like).slot_id,
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


def book_ahead(*, appointment_id: UUID, slot_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Book dose 2 while dose 1 is still to come, at the same clinic; it follows dose 1 from then.

    ``appointment_id`` is dose 1's. Raises SlotUnavailableError, TooEarlyError, AlreadyBookedError,
    and ChangedMeanwhileError when dose 1 was moved, cancelled, or needs no further one.
    """
    first = Appointment.objects.select_related("slot__session", "decision").get(pk=appointment_id)
    course = course_of(first.decision) if first.decision else None
    if first.status != Status.BOOKED or course is None or course.doses <= first.dose_number:
        raise ChangedMeanwhileError(first.status)
    assert first.patient_id is not None
    assert first.decision is not None
    if not Slot.objects.filter(pk=slot_id, session__clinic=first.slot.session.clinic_id).exists():
        raise SlotUnavailableError
    return book(
        patient_id=first.patient_id,
        decision_id=first.decision.pk,
        slot_id=slot_id,
        route=first.route,
        dose_number=first.dose_number + 1,
        not_before=first_day_after(first.decision, first.date),
        by=by,
        now=now,
        announce=messages.next_booked,
        # Under the lock of the new session: moving dose 1, too, takes the session before the row.
        beforehand=lambda: _refuse_if_moved(first),
    )


def drop_dose_two(*, patient_id: UUID, by: Actor, now: datetime) -> None:
    """Cancel what is booked for dose 2, if anything is: the course has one dose now."""
    known = _booked(patient_id, 2)
    if known is None:
        return
    with suppress(ChangedMeanwhileError), transaction.atomic():
        drop(known, by=by, now=now)


def _booked(patient_id: UUID, dose_number: int) -> Appointment | None:
    return (
        Appointment.objects.filter(
            patient__in=same_person(patient_id),
            dose_number=dose_number,
            status=Status.BOOKED,
            standby=False,
        )
        .select_related("slot")
        .first()
    )


def _refuse_if_moved(seen: Appointment) -> None:
    row = Appointment.objects.select_for_update(of=("self",), no_key=True).get(pk=seen.pk)
    if row.status != seen.status or row.date != seen.date:
        raise ChangedMeanwhileError(row.status)
