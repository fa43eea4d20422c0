"""Whose arrival code it is. Nothing is kept: the code follows from the appointment and its day."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from appointments.domain.arrival_codes import code_of
from appointments.models import Appointment
from encryption.keys import hash_keys, keyed_hash

# A code of another day is looked for among these, to say which day it is for.
_DAYS_BEFORE, _DAYS_AFTER = timedelta(days=7), timedelta(days=60)


def arrival_code(appointment_id: UUID, day: date) -> str:
    """Return an appointment's code; moved to another day, it has another."""
    return _codes(appointment_id, day)[0]


def whose_code(code: str, among: QuerySet[Appointment]) -> Appointment | None:
    """Return the appointment whose code it is, with slot, session, clinic and patient."""
    for appointment_id, day in among.values_list("pk", "date").iterator():
        if code in _codes(appointment_id, day):
            return Appointment.objects.select_related(
                "slot__session__clinic", "patient__merged_into", "id_seen_by"
            ).get(pk=appointment_id)
    return None


def coded_elsewhere(code: str, *, clinic_id: int, today: date) -> Appointment | None:
    """Return whose code it is at the clinic on another day near, or today at another clinic."""
    booked = Appointment.objects.filter(booked_at__isnull=False)
    near = booked.filter(
        date__range=(today - _DAYS_BEFORE, today + _DAYS_AFTER),
        slot__session__clinic_id=clinic_id,
    )
    others = booked.filter(date=today).exclude(slot__session__clinic_id=clinic_id)
    return whose_code(code, near) or whose_code(code, others)


def _codes(appointment_id: UUID, day: date) -> list[str]:
    """Return an appointment's code under every key, the newest first: some were shown before."""
    said = f"{appointment_id} {day.isoformat()}"
    return [code_of(keyed_hash("arrival", said, key=key)) for key in hash_keys()]
