"""What a visit's page says about the time after the dose."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from appointments.domain.observing import may_undo_release
from appointments.models import Appointment
from care.desk.reaction_words import KINDS, Words
from clinics.domain.calendar import oslo_date
from vaccinations.selectors.reactions import reactions_of


@dataclass(frozen=True)
class ReactionLine:
    """A reaction by name and day."""

    pk: UUID
    words: Words
    onset_at: datetime


@dataclass(frozen=True)
class AfterDose:
    """``reaction_id``: the one that goes on. ``over``: the time is up. ``reactions``: the person's
    that have ended, whichever dose they came after, among those given at the same clinic.
    """

    reaction_id: UUID | None
    over: bool
    may_undo: bool
    is_today: bool
    reactions: tuple[ReactionLine, ...]


def after_dose_of(appointment: Appointment, *, now: datetime) -> AfterDose | None:
    """Tell what is to be seen after the dose; None without one. One query."""
    dose = appointment.dose
    if dose is None or appointment.patient_id is None:
        return None
    clinic_id = appointment.slot.session.clinic_id
    found = list(
        reactions_of([appointment.patient_id])
        .filter(dose__vial__clinic_id=clinic_id)
        .defer("description", "treatment")
    )
    under_way = [one.pk for one in found if one.ended_at is None and one.dose_id == dose.pk]
    given_on: date = oslo_date(dose.given_at)
    return AfterDose(
        reaction_id=under_way[0] if under_way else None,
        over=appointment.observe_until is not None and now >= appointment.observe_until,
        may_undo=may_undo_release(appointment.released_at, now),
        is_today=given_on == oslo_date(now)
        or bool(appointment.observe_until and not appointment.released_at),
        reactions=tuple(
            ReactionLine(one.pk, KINDS[one.kind], one.onset_at) for one in found if one.ended_at
        ),
    )
