"""Lets somebody who missed a time choose another, without all the questions again."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment, Slot
from appointments.selectors.dose_two import STILL_DUE
from appointments.selectors.new_times import group_for
from appointments.selectors.own_next import Standing, next_time_of
from appointments.services.booking import AlreadyBookedError, book
from appointments.services.seats import SlotUnavailableError
from audit.domain import Actor
from eligibility.domain.decision import Course
from eligibility.models import Decision
from eligibility.services.decisions import course_of
from patients.selectors import same_person
from vaccinations.models import Dose


@dataclass(frozen=True)
class Needed:
    """The dose that a person needs a time for, as their newest decision plans it.

    ``not_before`` None: any day; ``group`` None: times of any group.
    """

    decision: Decision
    dose_number: int
    route: str
    not_before: date | None
    group: int | None


def needed_after(appointment: Appointment, *, now: datetime) -> Needed | None:
    """Tell which dose a person may choose a time for in place of one they missed.

    None when they have a time or have had it, when the newest decision needs a talk first, and
    after an exposure: there each day counts, and a clinician decides (R10-R12). Of dose 2 the page
    of the next time decides. Six queries at most.
    """
    number = appointment.dose_number
    if appointment.patient_id is None or appointment.status != Status.NO_SHOW:
        return None
    decision = (
        Decision.objects.filter(patient__in=same_person(appointment.patient_id))
        .order_by("-made_at")
        .first()
    )
    course = course_of(decision) if decision else None
    if decision is None or course is None or not _may_choose(decision, course, number):
        return None
    if _is_seen_to(appointment.patient_id, number, now=now):
        return None
    not_before = None
    if number > 1:
        after = next_time_of(appointment.patient_id, now=now)
        if after is not None and after.standing is not Standing.MAY_BOOK:
            return None
        # Without a dose 1 of ours, as it was when it was booked.
        not_before = after.facts.first_day if after else appointment.not_before
    return Needed(
        decision=decision,
        dose_number=number,
        route=course.route,
        not_before=not_before,
        group=group_for(decision, dose_number=number),
    )


def take_new_time(*, appointment_id: UUID, slot_id: UUID, by: Actor, now: datetime) -> Appointment:
    """Book another time for a person who missed theirs, at the same clinic; return the booking.

    Raises AlreadyBookedError also where none is needed any more, SlotUnavailableError,
    TooEarlyError.
    """
    visit = Appointment.objects.select_related("slot__session", "decision").get(pk=appointment_id)
    needed = needed_after(visit, now=now)
    if needed is None or visit.patient_id is None:
        raise AlreadyBookedError
    if not Slot.objects.filter(pk=slot_id, session__clinic=visit.slot.session.clinic_id).exists():
        raise SlotUnavailableError
    return book(
        patient_id=visit.patient_id,
        decision_id=needed.decision.pk,
        slot_id=slot_id,
        route=needed.route,
        dose_number=needed.dose_number,
        not_before=needed.not_before,
        by=by,
        now=now,
    )


def _may_choose(decision: Decision, course: Course, number: int) -> bool:
    exposed = number == 1 and decision.indication == Dose.Indication.PEPV
    return decision.outcome in STILL_DUE and not exposed and course.doses >= number


def _is_seen_to(patient_id: UUID, number: int, *, now: datetime) -> bool:
    """Tell whether a person has had a dose, or a later one, or has a time for it to come."""
    of_person = {"patient__in": same_person(patient_id)}
    given = Dose.objects.filter(voided_at=None, dose_number__gte=number, **of_person)
    coming = Appointment.objects.filter(
        status__in=ACTIVE, dose_number=number, slot__session__ends_at__gt=now, **of_person
    )
    return given.exists() or coming.exists()
