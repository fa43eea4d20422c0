"""Takes in somebody who came without a time, for a dose that is left over."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from appointments.domain.session_states import RUNNING
from appointments.domain.spare_doses import Spare
from appointments.domain.status import Status
from appointments.domain.waiting import WaitEnd
from appointments.locks import lock_session
from appointments.models import Appointment, ClinicSession, Slot
from appointments.selectors.closing import is_ended
from appointments.selectors.day import is_under_way
from appointments.services.booking import AlreadyBookedError, DoseGivenError, TooEarlyError
from appointments.services.day import DayEndedError, NotTodayError
from appointments.services.missed import note_missed
from appointments.services.once import has_dose_otherwise
from appointments.services.waiting import end_waiting
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from vaccinations.selectors import doses_of


class NoSpareDoseError(Exception):
    """Every dose is for somebody who has a time, or was here first."""


def take_in(
    *,
    session_id: UUID,
    patient_id: UUID,
    decision_id: UUID,
    route: str,
    dose_number: int,
    not_before: date | None,
    spare: Callable[[ClinicSession], Spare],
    by: Actor,
    now: datetime,
) -> Appointment:
    """Put somebody who is here, and whose valid ID was seen (R37), on the day's list.

    They have no seat and no planned vial, as on standby. ``spare`` counts under the session's lock
    what is left over, so that two people never get the last dose. Raises NoSpareDoseError,
    NotTodayError (DayEndedError), TooEarlyError, AlreadyBookedError (DoseGivenError).
    """
    if not_before and oslo_date(now) < not_before:
        raise TooEarlyError
    with transaction.atomic():
        session = lock_session(session_id)
        if session.state not in RUNNING or not is_under_way(session, now):
            raise NotTodayError
        if is_ended(session.pk):
            raise DayEndedError
        if spare(session).number <= 0:
            raise NoSpareDoseError
        if any(dose.dose_number == dose_number for dose in doses_of([patient_id])[patient_id]):
            raise DoseGivenError
        end_waiting(
            patient_id=patient_id, dose_number=dose_number, end=WaitEnd.BOOKED, now=now, by=by
        )
        note_missed(patient_id=patient_id, dose_number=dose_number, now=now)
        slot = _slot_at(session, now)
        if has_dose_otherwise(patient_id, dose_number):
            raise AlreadyBookedError(patient_id)
        try:
            with transaction.atomic():
                appointment = Appointment.objects.create(
                    slot=slot,
                    seat=None,
                    standby=True,
                    walk_in=True,
                    status=Status.ARRIVED,
                    date=oslo_date(slot.starts_at),
                    not_before=not_before,
                    dose_number=dose_number,
                    route=route,
                    patient_id=patient_id,
                    decision_id=decision_id,
                    booked_at=now,
                    arrived_at=now,
                    id_seen_by_id=int(by.id),
                )
        except IntegrityError as error:
            raise AlreadyBookedError(patient_id) from error
        record(
            action="appointment.walked_in",
            by=by,
            now=now,
            patient_id=patient_id,
            object_id=appointment.pk,
        )
    return appointment


def _slot_at(session: ClinicSession, now: datetime) -> Slot:
    slots = Slot.objects.filter(session=session)
    begun = slots.filter(starts_at__lte=now).order_by("-starts_at").first()
    return begun or slots.order_by("starts_at")[0]
