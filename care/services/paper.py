"""Enters a person's visit from the paper of the day, with the real times, in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from appointments.models import Appointment
from appointments.services.day import refuse_if_ended
from appointments.services.late_arrivals import (
    check_in_late,
    hold_day_of,
    refuse_other_days,
)
from audit.domain import Actor
from care.services.recording import end_waits, locked_visit, place_next, record_in_place
from care.services.vaccination import asked_today, decision_before, rescreen_for
from eligibility.domain.answers import DayAnswers, Immunosuppressed
from eligibility.services.decisions import course_of, told_doses_of
from vaccinations.domain.deviations import Asked
from vaccinations.domain.vial_balance import VOLUME_ML
from vaccinations.models import Dose
from vaccinations.services.recording import NotYetGivenError


class PapersToAskForError(Exception):
    """The person told of a dose: what was seen of it stands on no sheet, so ask on their page."""


class GivenBeforeComingError(Exception):
    """The dose was given before the person came."""


@dataclass(frozen=True)
class DoseOnPaper:
    """The dose as it stands on the sheet. ``reason`` explains what was outside the limits."""

    vial_id: UUID
    site: str
    given_at: datetime
    vaccinator_id: int
    reason: str = ""


@dataclass(frozen=True)
class VisitOnPaper:
    """A line of the sheet: when the person came; "no" to all questions; the dose, if any."""

    appointment_id: UUID
    came_at: datetime
    all_no: bool
    dose: DoseOnPaper | None


def enter_visit(visit: VisitOnPaper, *, by: Actor, now: datetime) -> Dose | None:
    """Record a visit that took place, all of the line or nothing; the same rules as at the board.

    The questions count as asked when the person came. Entered twice, the second is refused by what
    the first has recorded. Raises GivenBeforeComingError, PapersToAskForError, and what
    ``check_in_late``, ``rescreen_for`` and ``record_given`` raise, DayEndedError where the day is
    ended and no dose accounts for the person.

    The session goes before every row, as for whoever ends the day; the next dose's place comes
    after all of it, so that a dose that was given is recorded whatever becomes of that.
    """
    dose = visit.dose
    if dose is not None and visit.came_at <= now < dose.given_at:
        raise NotYetGivenError
    if dose is not None and dose.given_at < visit.came_at:
        raise GivenBeforeComingError
    with transaction.atomic():
        hold_day_of(visit.appointment_id)
        if dose is not None:
            end_waits(visit.appointment_id, by=by, now=now)
        appointment = check_in_late(
            appointment_id=visit.appointment_id, came_at=visit.came_at, by=by, now=now
        )
        if visit.all_no:
            _answer_all_no(appointment, visit.came_at, by=by)
        if dose is None:
            refuse_if_ended(appointment)
            return None
        refuse_other_days(appointment, dose.given_at, now=now)
        route = _route_of(appointment)
        recorded = record_in_place(
            locked_visit(appointment.pk),
            vial_id=dose.vial_id,
            route=route,
            volume_ml=VOLUME_ML[route],
            site=dose.site,
            given_at=dose.given_at,
            vaccinator_id=dose.vaccinator_id,
            reason=dose.reason,
            asked=Asked.NOT_ASKED,
            by=by,
            now=now,
        )
    place_next(appointment.pk, by=by, now=now)
    return recorded


def _answer_all_no(appointment: Appointment, asked_at: datetime, *, by: Actor) -> None:
    if asked_today(appointment.decision, asked_at):
        return  # the answers of the day are known: on paper they were not asked again
    told = told_doses_of(decision_before(appointment, asked_at))
    if any(one.to_confirm for one in told):
        raise PapersToAskForError
    assert appointment.patient is not None
    rescreen_for(
        appointment_id=appointment.pk,
        answers=_no_to_all(appointment.patient.kept.birth_date),
        by=by,
        now=asked_at,
    )


def _no_to_all(born: date) -> DayAnswers:
    return DayAnswers(
        date_of_birth=born,
        pregnant=False,
        breastfeeding=False,
        immunosuppressed=Immunosuppressed.NO,
        allergies=frozenset(),
        fever_over_38=False,
        mpox_symptoms=False,
        had_mpox=False,
        keloid_tendency=False,
        atopic_eczema=False,
        mpox_after_dose=False,
        local_reaction_persists=False,
    )


def _route_of(appointment: Appointment) -> str:
    """Return how the day's answers order the dose, else how it was booked."""
    appointment.refresh_from_db(fields=["decision"])
    course = course_of(appointment.decision) if appointment.decision else None
    return course.route if course else appointment.route
