"""Finds who has come to the desk: among those of the day first, then those the clinic knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment, ClinicSession
from appointments.selectors.arrival_codes import coded_elsewhere, whose_code
from care.services.known_people import known_at
from patients.domain.id_numbers import IdNumber
from patients.models import BIRTH_DATE, ID_NUMBER, Patient
from patients.selectors import numbered, patients_born

# Nobody's seat: a hold that was not confirmed.
_NOT_BOOKED = [Status.HELD, Status.EXPIRED]


@dataclass(frozen=True)
class Wanted:
    """Whom to look for; all that is given must fit. ``born`` are the days that are possible."""

    code: str | None = None
    number: IdNumber | None = None
    born: tuple[date, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Found:
    """One who fits, with the appointment that tells most: today's, else the next, else none.

    ``by_code``: found by the code in their hand, on another day or at another clinic.
    """

    patient: Patient
    appointment: Appointment | None
    is_today: bool
    is_here: bool
    by_code: bool = False

    @property
    def is_cancelled(self) -> bool:
        """Whether the appointment was cancelled."""
        return self.appointment is not None and self.appointment.status == Status.CANCELLED


def find_at_desk(session: ClinicSession, wanted: Wanted, *, now: datetime) -> list[Found]:
    """Find people at the desk of a session; by name, a few queries however many there are.

    A name alone is looked for among the day's people only: the others' are encrypted.
    """
    if wanted.code:
        return _by_code(session, wanted.code)
    found = [
        Found(one.patient.kept, one, is_today=True, is_here=True)
        for one in _people_of_day(session, wanted)
        if one.patient and (_fits(one.patient.kept, wanted) or _fits(one.patient, wanted))
    ]
    # Cancelled and booked anew on the same day: the one that counts is enough.
    standing = {one.patient.pk for one in found if not one.is_cancelled}
    found = [one for one in found if not one.is_cancelled or one.patient.pk not in standing]
    return sorted(found or _known(session, wanted, now=now), key=_order)


def _of_day(session: ClinicSession) -> QuerySet[Appointment]:
    return Appointment.objects.filter(
        slot__session__clinic_id=session.clinic_id,
        slot__session__date=session.date,
        patient__isnull=False,
    ).exclude(status__in=_NOT_BOOKED)


def _people_of_day(session: ClinicSession, wanted: Wanted) -> list[Appointment]:
    found = _of_day(session)
    if wanted.number:
        numbers = ID_NUMBER.hashes(wanted.number.digits)
        found = found.filter(
            Q(patient__id_number_hash__in=numbers)
            | Q(patient__merged_into__id_number_hash__in=numbers)
        )
    if wanted.born:
        hashes = [hashed for born in wanted.born for hashed in BIRTH_DATE.hashes(born)]
        found = found.filter(
            Q(patient__birth_date_hash__in=hashes)
            | Q(patient__merged_into__birth_date_hash__in=hashes)
        )
    return list(
        found.select_related("slot__session__clinic", "patient__merged_into", "id_seen_by")
        # What is not shown is not decrypted.
        .defer("patient__phone", "patient__email", "patient__id_number", "patient__interpreter")
        .order_by("slot__starts_at", "-booked_at")
    )


def _by_code(session: ClinicSession, code: str) -> list[Found]:
    here = whose_code(code, _of_day(session))
    if here is not None and here.patient is not None:
        return [Found(here.patient.kept, here, is_today=True, is_here=True)]
    other = coded_elsewhere(code, clinic_id=session.clinic_id, today=session.date)
    if other is None or other.patient is None:
        return []
    is_here = other.slot.session.clinic_id == session.clinic_id
    return [
        Found(
            other.patient.kept,
            other,
            is_today=other.date == session.date,
            is_here=is_here,
            by_code=True,
        )
    ]


def _known(session: ClinicSession, wanted: Wanted, *, now: datetime) -> list[Found]:
    """Look among all whom the clinic knows; with the next appointment of each, anywhere."""
    people = [
        patient
        for patient in known_at(session.clinic_id, _candidates(wanted))
        if _fits(patient, wanted)
    ]
    coming = _coming([patient.pk for patient in people], now)
    return [
        Found(
            patient,
            appointment,
            is_today=appointment is not None and appointment.date == session.date,
            is_here=appointment is None or appointment.slot.session.clinic_id == session.clinic_id,
        )
        for patient in people
        for appointment in [coming.get(patient.pk)]
    ]


def _candidates(wanted: Wanted) -> QuerySet[Patient]:
    if wanted.number:
        return numbered(wanted.number.digits).filter(merged_into=None)
    found = Patient.objects.none()
    for born in wanted.born:
        found = found | patients_born(born)
    return found


def _coming(patient_ids: Iterable[UUID], now: datetime) -> dict[UUID | None, Appointment]:
    found = (
        Appointment.objects.filter(
            patient__person_id__in=list(patient_ids),
            status__in=ACTIVE,
            slot__session__ends_at__gt=now,
        )
        .select_related("slot__session__clinic", "patient__merged_into", "id_seen_by")
        .order_by("-slot__starts_at")
    )
    return {one.patient.person_id: one for one in found if one.patient}


def _fits(patient: Patient, wanted: Wanted) -> bool:
    numbers = ID_NUMBER.hashes(wanted.number.digits) if wanted.number else []
    if numbers and patient.id_number_hash not in numbers:
        return False
    if wanted.born and patient.birth_date not in wanted.born:
        return False
    words = f"{patient.name} {patient.call_name}".casefold().replace("-", " ").split()
    parts = wanted.name.casefold().replace("-", " ").split()
    return all(any(word.startswith(part) for word in words) for part in parts)


def _order(found: Found) -> tuple[bool, str]:
    """Those who are expected first, then by name."""
    booked = found.appointment is not None and found.appointment.status == Status.BOOKED
    return (not booked, found.patient.sorted_name.casefold())
