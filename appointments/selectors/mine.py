from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from appointments.domain.status import ACTIVE
from appointments.models import Appointment, ClinicSession
from patients.selectors import patients_by_contact_hash, same_person


def appointment_with_place(appointment_id: UUID) -> Appointment:
    """Return an appointment with its time, clinic, patient and decision; one query."""
    return Appointment.objects.select_related(
        "slot__session__clinic", "patient__merged_into", "decision"
    ).get(pk=appointment_id)


def coming_of_person(patient_id: UUID, *, since: datetime) -> list[Appointment]:
    """Return what is booked from then on for the person behind a row, soonest first; one query."""
    return list(
        Appointment.objects.filter(
            patient__in=same_person(patient_id), status__in=ACTIVE, slot__starts_at__gt=since
        )
        .select_related("slot__session__clinic", "patient__merged_into")
        .order_by("slot__starts_at", "pk")
    )


def was_booked(appointment_id: UUID) -> bool:
    """Tell whether a hold became a booking, whatever became of that."""
    return Appointment.objects.filter(pk=appointment_id, booked_at__isnull=False).exists()


def clinic_is_open_from(clinic_id: int, day: date) -> bool:
    """Tell whether a clinic has a session open for booking on a day or after it; one query."""
    return ClinicSession.objects.filter(
        clinic_id=clinic_id, state=ClinicSession.State.OPEN, date__gte=day
    ).exists()


def appointments_of_contact(hashed: str, *, since: datetime) -> QuerySet[Appointment]:
    """Return the coming appointments behind a contact's keyed hash, soonest first.

    Several people may share a contact.
    """
    return (
        Appointment.objects.filter(
            patient__in=patients_by_contact_hash(hashed),
            status__in=ACTIVE,
            slot__session__ends_at__gt=since,
        )
        .select_related("slot__session__clinic", "patient__merged_into")
        .order_by("slot__starts_at")
    )
