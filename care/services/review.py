"""A clinician's yes and the appointment it leads to, in one transaction."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from appointments.models import Appointment, Slot
from appointments.selectors.places import Place, SessionPlaces, free_places
from appointments.services.booking import book
from appointments.services.seats import SlotUnavailableError
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from eligibility.domain.decision import Course
from eligibility.models import ReviewCase
from eligibility.services.cases import approve
from eligibility.services.decisions import course_of

# So many times are offered beside the answer: the soonest there are.
OFFERED = 6


def soonest_places(
    case: ReviewCase, *, now: datetime, limit: int = OFFERED
) -> list[tuple[SessionPlaces, Place]]:
    """Return the soonest free times at a case's clinic for the course that is suggested.

    Today's session is one of them, with the vials that are open in it: a dose under the skin takes
    a whole vial, one into the skin may share (``Place.shares_vial``). Three queries.
    """
    course = course_of(case.decision)
    if course is None:
        return []
    group = case.decision.priority_group
    found = free_places(
        case.clinic_id,
        route=course.route,
        group=int(group) if group else None,
        not_before=oslo_date(now),
        now=now,
    )
    return list(islice(_in_order(found), limit))


def approve_and_book(
    *,
    case_id: UUID,
    course: Course,
    interval_override_days: int | None,
    reason: str,
    slot_id: UUID,
    by: Actor,
    now: datetime,
) -> Appointment:
    """Approve a course, sign, and book its next dose, or do nothing of it.

    Raises what ``eligibility.services.cases.approve`` and ``appointments.services.booking.book``
    raise.
    """
    slot = Slot.objects.filter(pk=slot_id).select_related("session").first()
    case = ReviewCase.objects.only("clinic_id", "patient_id").get(pk=case_id)
    if slot is None or slot.session.clinic_id != case.clinic_id:
        raise SlotUnavailableError
    with transaction.atomic():
        decision = approve(
            case_id=case_id,
            course=course,
            interval_override_days=interval_override_days,
            reason=reason,
            visit_on=oslo_date(slot.starts_at),
            by=by,
            now=now,
        )
        approved = course_of(decision)
        assert approved is not None, "an approval has a course"
        return book(
            patient_id=case.patient_id,
            decision_id=decision.pk,
            slot_id=slot.pk,
            route=approved.route,
            dose_number=approved.next_dose,
            not_before=approved.earliest_on if approved.next_dose > 1 else None,
            by=by,
            now=now,
        )


def _in_order(found: list[SessionPlaces]) -> Iterator[tuple[SessionPlaces, Place]]:
    for session in found:
        for place in session.places:
            yield session, place
