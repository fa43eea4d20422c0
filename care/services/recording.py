"""Records a dose that was given already, late in the day or on a later one."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from appointments.domain.status import OCCUPYING, Move, Status
from appointments.domain.waiting import WaitEnd
from appointments.models import Appointment
from appointments.services import messages, visit_messages
from appointments.services.dose_two import drop_dose_two
from appointments.services.following import drop
from appointments.services.moves import ChangedMeanwhileError, move
from appointments.services.observing import start_observation
from appointments.services.standby_withdrawals import withdraw_soon
from appointments.services.waiting import end_waiting
from audit.domain import Actor
from care.services.vaccination import next_place, override_of
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import AT_THE_BOARD
from clinics.models import Staff
from clinics.permissions import may
from eligibility.domain.decision import Outcome
from eligibility.domain.papers import given_elsewhere
from eligibility.models import Decision
from eligibility.services.decisions import course_of, told_doses_of
from patients.selectors import same_person
from vaccinations.domain.deviations import Asked
from vaccinations.models import Dose
from vaccinations.services.recording import Told, write_down


class NotAVaccinatorError(Exception):
    """Whoever is named did not work at the clinic on that day."""


def record_given(
    *,
    appointment_id: UUID,
    vial_id: UUID,
    route: str,
    volume_ml: Decimal,
    site: str,
    given_at: datetime,
    vaccinator_id: int,
    reason: str,
    by: Actor,
    now: datetime,
    asked: Asked = Asked.NOT_ASKED,
) -> Dose:
    """Record a dose that was given: never refused for a clinical limit.

    ``asked`` tells of the day's questions where they stand nowhere yet; ``reason`` is wanted when
    the dose was outside of something. Dose 2 is placed as when a dose is given.
    Raises ChangedMeanwhileError (among them: recorded already), MoveNotAllowedError (cancelled),
    NotAVaccinatorError and what ``vaccinations.services.recording.write_down`` raises.
    """
    with transaction.atomic():
        end_waits(appointment_id, by=by, now=now)
        dose = record_in_place(
            locked_visit(appointment_id),
            vial_id=vial_id,
            route=route,
            volume_ml=volume_ml,
            site=site,
            given_at=given_at,
            vaccinator_id=vaccinator_id,
            reason=reason,
            asked=asked,
            by=by,
            now=now,
        )
    place_next(appointment_id, by=by, now=now)
    return dose


def locked_visit(appointment_id: UUID) -> Appointment:
    """Return an appointment, locked until the transaction ends."""
    return (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("slot__session__clinic", "decision")
        .get(pk=appointment_id)
    )


def record_in_place(
    appointment: Appointment,
    *,
    vial_id: UUID,
    route: str,
    volume_ml: Decimal,
    site: str,
    given_at: datetime,
    vaccinator_id: int,
    reason: str,
    asked: Asked,
    by: Actor,
    now: datetime,
    replaces_id: UUID | None = None,
) -> Dose:
    """Record the dose of a locked appointment and move it; in the caller's transaction."""
    if appointment.status == Status.VACCINATED:
        raise ChangedMeanwhileError(appointment.status)
    decision, patient_id = appointment.decision, appointment.patient_id
    assert decision is not None, "only who has booked comes"
    assert patient_id is not None, "only who has booked comes"
    clinic_id = appointment.slot.session.clinic_id
    given_on = oslo_date(given_at)
    vaccinator = Staff.objects.filter(pk=vaccinator_id).first()
    if vaccinator is None or not may(vaccinator, clinic_id, *AT_THE_BOARD, on=given_on):
        raise NotAVaccinatorError
    course = course_of(decision)
    told = given_elsewhere(told_doses_of(decision), ours=())
    elsewhere = [one.given_on for one in told if one.counts]
    dose = write_down(
        Told(
            patient_id=patient_id,
            clinic_id=clinic_id,
            vial_id=vial_id,
            route=route,
            volume_ml=volume_ml,
            site=site,
            given_at=given_at,
            vaccinator_id=vaccinator_id,
            planned_number=course.next_dose if course else appointment.dose_number,
            indication=decision.indication or Dose.Indication.PPV,
            ordered_route=course.route if course else appointment.route,
            previous_elsewhere=max(elsewhere, default=None),
            asked=asked_on(decision, given_at) or asked,
            reason=reason,
            override=override_of(decision),
            replaces_id=replaces_id,
        ),
        by=by,
        now=now,
    )
    _drop_booked_again(appointment, by=by, now=now)
    _vaccinated(appointment, dose)
    start_observation(appointment, now=now)
    visit_messages.aftercare(appointment, given_at=given_at, now=now)
    withdraw_soon(appointment.slot.session_id, now=now)
    return dose


def asked_on(decision: Decision, at: datetime) -> Asked | None:
    """Tell what came of the questions of that day, None where no answers of it are known."""
    if decision.source != Decision.Source.RESCREEN or decision.assessed_on != oslo_date(at):
        return None
    return Asked.ALL_DENIED if decision.outcome == Outcome.ELIGIBLE else Asked.SOMETHING_SAID


def place_next(appointment_id: UUID, *, by: Actor, now: datetime) -> Appointment | None:
    """Find the place of the dose after the one just recorded, where the course has one more.

    In a transaction of its own, which takes the clinic before any row: call it outside of others.
    A course of one dose has no place for another.
    """
    appointment = Appointment.objects.select_related("slot__session", "decision", "dose").get(
        pk=appointment_id
    )
    course = course_of(appointment.decision) if appointment.decision else None
    dose = appointment.dose
    if course is None or dose is None:
        return None
    if dose.dose_number >= course.doses:
        if dose.dose_number == 1:  # booked ahead, when two were planned
            drop_dose_two(patient_id=dose.patient_id, by=by, now=now)
        return None
    return next_place(appointment, course, given_on=oslo_date(dose.given_at), by=by, now=now)


def end_waits(appointment_id: UUID, *, by: Actor, now: datetime) -> None:
    """End the patient's waits for the dose, before the appointment is locked."""
    patient_id, number = Appointment.objects.values_list("patient_id", "dose_number").get(
        pk=appointment_id
    )
    if patient_id is not None:
        end_waiting(patient_id=patient_id, dose_number=number, end=WaitEnd.GIVEN, now=now, by=by)


def _drop_booked_again(appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """Cancel what the patient has booked since for the same dose: they have had it."""
    assert appointment.patient_id is not None, "only who has booked comes"
    again = (
        Appointment.objects.filter(
            patient__in=same_person(appointment.patient_id),
            dose_number=appointment.dose_number,
            status=Status.BOOKED,
        )
        .exclude(pk=appointment.pk)
        .select_related("slot__session", "patient")
    )
    for booked in again:  # one at most
        drop(booked, by=by, now=now, announce=messages.cancelled)


def _vaccinated(appointment: Appointment, dose: Dose) -> None:
    """Move the appointment; who has lost the seat meanwhile had a dose that was left over."""
    fields = {"dose": dose, "ended_at": dose.given_at}
    if appointment.arrived_at is None or appointment.arrival_assumed:
        fields |= {
            "arrived_at": dose.given_at,
            "id_seen_by_id": dose.vaccinator_id,
            "arrival_assumed": True,
        }
    by_move = Move.VACCINATE if appointment.status == Status.ARRIVED else Move.RECORD_LATE
    if appointment.status in OCCUPYING or appointment.standby:
        move(appointment, by_move, **fields)
        return
    try:
        with transaction.atomic():
            move(appointment, by_move, **fields)
    except IntegrityError:
        move(appointment, by_move, standby=True, seat=None, **fields)
