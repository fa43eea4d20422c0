"""What the page of a person's next time knows of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from appointments.domain.next_due import NextDueFacts, Occasion, WhyNot, recall_now
from appointments.domain.status import Status
from appointments.models import Appointment, NextAnswer
from appointments.selectors.next_due import facts_of, first_doses, with_facts
from clinics.models import Clinic
from eligibility.models import Decision
from patients.selectors import same_person


class Standing(StrEnum):
    """What a person's page offers: a time, or what stands instead of that."""

    MAY_BOOK = "may_book"
    BOOKED = "booked"
    ANSWERED = "answered"
    # Something to talk about first; the page does not say what.
    CALL = "call"
    NOT_NEEDED = "not_needed"


# A dose that comes late still counts (R17), so the end of the reminders is none of this.
_BOOKABLE = frozenset({WhyNot.SENT, WhyNot.NOT_YET, WhyNot.STOPPED, WhyNot.OVER})
_STANDINGS = {
    WhyNot.BOOKED: Standing.BOOKED,
    WhyNot.ANSWERED: Standing.ANSWERED,
    WhyNot.SETTLED: Standing.ANSWERED,
    WhyNot.REVIEW: Standing.CALL,
    WhyNot.REACTION: Standing.CALL,
}


@dataclass(frozen=True)
class NextTime:
    """Where somebody stands after dose 1. ``decision`` is the newest about them.

    ``answer`` is what they said last, if anything that they have not taken back.
    """

    clinic: Clinic
    facts: NextDueFacts
    standing: Standing
    decision: Decision | None
    appointment: Appointment | None
    answer: NextAnswer | None


def next_time_of(patient_id: UUID, *, now: datetime) -> NextTime | None:
    """Return where the person of a row stands after dose 1; None without one."""
    found = with_facts(first_doses(only=[patient_id]).select_related("vial__clinic")[:1])
    if not found:
        return None
    [dose] = found
    rows = same_person(patient_id)
    appointment = (
        Appointment.objects.filter(patient__in=rows, dose_number__gt=1, status=Status.BOOKED)
        .select_related("slot__session__clinic")
        .first()
    )
    answers = NextAnswer.objects.filter(patient__in=rows).exclude(end=NextAnswer.End.TAKEN_BACK)
    facts = facts_of(dose, now=now)
    return NextTime(
        clinic=dose.vial.clinic,
        facts=facts,
        standing=_standing(recall_now(facts), booked=appointment is not None),
        decision=Decision.objects.filter(patient__in=rows).order_by("-made_at").first(),
        appointment=appointment,
        answer=answers.order_by("-said_at").first(),
    )


def _standing(found: Occasion | WhyNot, *, booked: bool) -> Standing:
    if booked:
        return Standing.BOOKED
    if isinstance(found, Occasion) or found in _BOOKABLE:
        return Standing.MAY_BOOK
    return _STANDINGS.get(found, Standing.NOT_NEEDED)
