"""A person wants nothing more of the offer: what is coming ends, what happened stays."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from appointments.domain.status import Status
from appointments.models import Appointment, WaitingEntry
from appointments.services.booking import cancel
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.waiting import leave
from audit.domain import Actor
from audit.services import record
from care.services.wishes import wishes_of
from eligibility.domain.cases import CaseMoveNotAllowedError
from eligibility.models import GroupInterest, ReviewCase
from eligibility.services.case_moves import CaseChangedError
from eligibility.services.cases import waiting_case_of
from eligibility.services.cases import withdraw as withdraw_case
from eligibility.services.interests import leave as leave_interest
from patients.selectors import rows_of, same_person
from patients.services.stops import stop_messages

_FORGOTTEN_AFTER = timedelta(hours=12)


class AtTheClinicError(Exception):
    """The person is at the clinic just now: those who are with them must know what holds."""


@dataclass(frozen=True)
class Coming:
    """What ends when a person withdraws: times, places on lists with offers, a case, wishes."""

    appointments: tuple[Appointment, ...]
    entries: tuple[WaitingEntry, ...]
    case: ReviewCase | None
    wishes: tuple[GroupInterest, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that would end but messages."""
        return not (self.appointments or self.entries or self.case or self.wishes)


def what_is_coming(patient_id: UUID) -> Coming:
    """Return what a withdrawal would end, by the same queries that it goes by; five queries."""
    appointments = Appointment.objects.filter(
        patient__in=same_person(patient_id), status=Status.BOOKED
    ).select_related("slot__session__clinic")
    entries = WaitingEntry.objects.filter(patient__in=same_person(patient_id), ended_at=None)
    return Coming(
        appointments=tuple(appointments.order_by("dose_number", "pk")),
        entries=tuple(entries.select_related("clinic").order_by("pk")),
        case=waiting_case_of(patient_id),
        wishes=tuple(wishes_of(rows_of(patient_id))),
    )


def is_at_the_clinic(patient_id: UUID, *, now: datetime) -> bool:
    """Tell whether a person has arrived and not left, or is observed after a dose; one query.

    Whom nobody noted as gone after the observation has left by the next day all the same.
    """
    visits = Appointment.objects.filter(patient__in=same_person(patient_id))
    arrived = visits.filter(status=Status.ARRIVED)
    observed = visits.filter(observe_until__gt=now - _FORGOTTEN_AFTER, released_at=None)
    return arrived.union(observed).exists()


@transaction.atomic
def withdraw(*, patient_id: UUID, by: Actor, now: datetime) -> Coming:
    """Leave all lists, cancel what is booked, take a waiting case and wishes back, stop messages.

    Those needed for what is cancelled here are still sent. Pressed twice it changes nothing twice.
    Rows are taken in the order in which others take them: lists, times, then the person.
    Raises AtTheClinicError.
    """
    if is_at_the_clinic(patient_id, now=now):
        raise AtTheClinicError
    coming = what_is_coming(patient_id)
    for entry in coming.entries:
        leave(entry_id=entry.pk, by=by, now=now)
    for appointment in coming.appointments:
        # Dose 2 is cancelled with dose 1, and others may just have cancelled either.
        with suppress(ChangedMeanwhileError):
            cancel(appointment_id=appointment.pk, by=by, now=now)
    if coming.case is not None:
        with suppress(CaseChangedError, CaseMoveNotAllowedError):
            withdraw_case(case_id=coming.case.pk, by=by, now=now)
    for wish in coming.wishes:
        leave_interest(interest_id=wish.pk, now=now)
    stopped = stop_messages(patient_id=patient_id, by=by, now=now, reason="withdrew")
    if stopped or not coming.is_empty:
        record(action="patient.withdrew", by=by, now=now, patient_id=patient_id)
    return coming
