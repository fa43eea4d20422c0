"""Vaccinates a person: the dose and the appointment in one transaction, then dose 2's place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from appointments.domain.status import Move, Status
from appointments.domain.waiting import WaitEnd
from appointments.models import Appointment
from appointments.services import visit_messages
from appointments.services.booking import AlreadyBookedError
from appointments.services.day import refuse_if_ended
from appointments.services.dose_two import NoPlaceError, drop_dose_two, place_dose_two
from appointments.services.following import first_day_after
from appointments.services.moves import ChangedMeanwhileError, move
from appointments.services.observing import start_observation
from appointments.services.standby_withdrawals import withdraw_soon
from appointments.services.waiting import end_waiting
from audit.domain import Actor
from care.services.off_plan import OffPlan, route_word
from clinics.domain.calendar import oslo_date
from eligibility.domain.answers import DayAnswers
from eligibility.domain.cases import CaseKind
from eligibility.domain.decision import Course, Outcome
from eligibility.domain.papers import Papers, given_elsewhere
from eligibility.models import Decision
from eligibility.services.approvals import case_of_interval
from eligibility.services.cases import waiting_case_of, withdraw
from eligibility.services.decisions import course_of, told_doses_of
from eligibility.services.rescreening import rescreen_at_visit
from patients.selectors import same_person
from vaccinations.models import Dose
from vaccinations.selectors import doses_of
from vaccinations.services.doses import Override, give


class Step(StrEnum):
    """What a person who has arrived needs next."""

    ASK = "ask"
    GIVE = "give"
    REVIEW = "review"


class NotRescreenedError(Exception):
    """The questions of the day have not been asked, or their answers stand in the way."""


class PlanChangedError(Exception):
    """A colleague has asked again since: the plan that the vaccinator saw is not the newest."""


class EarlierDoseVoidedError(Exception):
    """A dose that the plan counts has been voided since the questions: they are asked again."""


@dataclass(frozen=True)
class Vaccinated:
    """A given dose, and dose 2's place: None where no more is due or no session has a place."""

    dose: Dose
    dose_two_due: bool
    next_appointment: Appointment | None


def rescreen_for(
    *,
    appointment_id: UUID,
    answers: DayAnswers,
    by: Actor,
    now: datetime,
    papers: Mapping[int, Papers] | None = None,
    informed: bool = False,
) -> Decision:
    """Ask again at the visit and let the appointment follow the new decision.

    ``informed``: the person was also told what everybody is told before the dose.

    ``papers`` is what was found about the doses that the person told of, by their place in what was
    decided before. Asked once more the same day, it starts from that, so that a wrong answer leaves
    no trace in the one that corrects it. Raises PapersNotAskedForError, and ChangedMeanwhileError
    when the person is not waiting any more.
    """
    with transaction.atomic():
        appointment = waiting(appointment_id)
        assert appointment.patient_id is not None
        decision = rescreen_at_visit(
            decision_before(appointment, now),
            answers=answers,
            doses=doses_of([appointment.patient_id])[appointment.patient_id],
            papers=papers,
            by=by,
            now=now,
        )
        if appointment.decision_id != decision.pk:  # else the button was pressed twice
            appointment.decision = decision
            appointment.save(update_fields=["decision"])
            withdraw_older_case(appointment, by=by, now=now)
        if informed and appointment.informed_at is None:
            appointment.informed_at, appointment.informed_by_id = now, int(by.id)
            appointment.save(update_fields=["informed_at", "informed_by"])
    return decision


def withdraw_older_case(appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """Withdraw a visit's case that stands on other answers than the appointment's decision."""
    assert appointment.patient_id is not None
    case = waiting_case_of(appointment.patient_id)
    if case and case.kind == CaseKind.VISIT and case.decision_id != appointment.decision_id:
        withdraw(case_id=case.pk, by=by, now=now)


def decision_before(appointment: Appointment, now: datetime) -> Decision:
    """Return what was decided for a booked person before today's questions were asked.

    What a clinician has decided meanwhile is among it: asking again starts from that.
    """
    decision = appointment.decision
    assert decision is not None
    if not asked_today(decision, now):
        return decision
    return _but_rescreens(decision, now).first() or decision


def decision_booked(appointment: Appointment, now: datetime) -> Decision:
    """Return what a person came with: nothing that was asked or decided since they arrived."""
    decision = appointment.decision
    assert decision is not None
    if not asked_today(decision, now):
        return decision
    arrived_at = appointment.arrived_at or now
    since = Q(source=Decision.Source.CLINICIAN, made_at__gte=arrived_at)
    return _but_rescreens(decision, now).exclude(since).first() or decision


def _but_rescreens(decision: Decision, now: datetime) -> QuerySet[Decision]:
    return (
        Decision.objects.filter(patient__in=same_person(decision.patient_id))
        .exclude(source=Decision.Source.RESCREEN, assessed_on=oslo_date(now))
        .order_by("-made_at")
    )


def asked_today(decision: Decision | None, now: datetime) -> bool:
    """Tell whether a decision stands on the questions asked at today's visit."""
    return (
        decision is not None
        and decision.source == Decision.Source.RESCREEN
        and decision.assessed_on == oslo_date(now)
    )


def ready_course(decision: Decision | None, now: datetime) -> Course | None:
    """Return the course when today's re-screen lets the dose be given, else None."""
    if decision is None or not asked_today(decision, now) or decision.outcome != Outcome.ELIGIBLE:
        return None
    return course_of(decision)


def step_of(decision: Decision | None, now: datetime) -> Step:
    """Tell what is next for a person who has arrived: the questions, the dose, or a look (A11)."""
    if not asked_today(decision, now):
        return Step.ASK
    course = ready_course(decision, now)
    return Step.GIVE if course and course.earliest_on <= oslo_date(now) else Step.REVIEW


def vaccinate(
    *,
    appointment_id: UUID,
    decision_id: UUID,
    vial_id: UUID,
    site: str,
    by: Actor,
    now: datetime,
    off_plan: OffPlan | None = None,
) -> Vaccinated:
    """Give the dose that today's re-screen orders, from an open vial.

    ``decision_id`` is the re-screen whose route and volume the vaccinator has seen.
    ``off_plan`` is another route, with the written reason; the next dose is given as planned.
    Raises ChangedMeanwhileError, PlanChangedError, NotRescreenedError, EarlierDoseVoidedError,
    DayEndedError and what ``route_word`` and ``vaccinations.services.doses.give`` raise; then
    nothing has changed.
    """
    with transaction.atomic():
        _end_waits_before(appointment_id, by=by, now=now)
        appointment = waiting(appointment_id)
        if appointment.decision_id != decision_id:
            raise PlanChangedError
        decision, patient_id = appointment.decision, appointment.patient_id
        course = ready_course(decision, now)
        if course is None or decision is None or patient_id is None:
            raise NotRescreenedError
        told = given_elsewhere(told_doses_of(decision), ours=())
        elsewhere = [dose.given_on for dose in told if dose.counts]
        session = appointment.slot.session
        word = route_word(
            off_plan,
            decision=decision,
            course=course,
            clinic_id=session.clinic_id,
            by=by,
            now=now,
        )
        dose = give(
            patient_id=patient_id,
            vial_id=vial_id,
            clinic_id=session.clinic_id,
            dose_number=course.next_dose,
            indication=decision.indication,
            ordered_route=course.route,
            route=off_plan.route if word and off_plan else course.route,
            site=site,
            previous_dose_on=max(elsewhere, default=None),
            override=override_of(decision),
            off_plan=word,
            by=by,
            now=now,
        )
        _refuse_if_voided(dose, course, elsewhere)  # their doses are locked with the person by now
        move(appointment, Move.VACCINATE, dose=dose, ended_at=now)
        refuse_if_ended(appointment)
        start_observation(appointment, now=now)
        visit_messages.aftercare(appointment, given_at=dose.given_at, now=now)
        withdraw_soon(session.pk, now=now)
    due = course.next_dose < course.doses
    if not due and course.next_dose == 1:
        drop_dose_two(patient_id=patient_id, by=by, now=now)
    return Vaccinated(
        dose=dose,
        dose_two_due=due,
        next_appointment=next_place(appointment, course, given_on=oslo_date(now), by=by, now=now)
        if due
        else None,
    )


def _refuse_if_voided(dose: Dose, course: Course, elsewhere: list[date]) -> None:
    """Raise EarlierDoseVoidedError if fewer doses count before this one than the plan says."""
    ours = [one for one in doses_of([dose.patient_id])[dose.patient_id] if one.pk != dose.pk]
    counted = {oslo_date(one.given_at) for one in ours} | set(elsewhere)
    if 1 + len(counted) < course.next_dose:
        raise EarlierDoseVoidedError


def _end_waits_before(appointment_id: UUID, *, by: Actor, now: datetime) -> None:
    """End the patient's waits for the dose and their open offers: they get it now.

    Before the appointment is locked: whoever accepts an offer takes these rows first, too.
    """
    patient_id, dose_number = Appointment.objects.values_list("patient_id", "dose_number").get(
        pk=appointment_id
    )
    if patient_id is not None:
        end_waiting(
            patient_id=patient_id, dose_number=dose_number, end=WaitEnd.GIVEN, now=now, by=by
        )


def override_of(decision: Decision) -> Override | None:
    """Return the interval that a clinician has allowed, with the words that allow it (A11)."""
    case = case_of_interval(decision)
    if case is None or case.decided_by_id is None or decision.interval_override_days is None:
        return None
    return Override(
        by_id=case.decided_by_id,
        reason=case.reason,
        interval_days=decision.interval_override_days,
    )


def next_place(
    appointment: Appointment, course: Course, *, given_on: date, by: Actor, now: datetime
) -> Appointment | None:
    """Place dose 2 in a transaction of its own: if it fails, the dose is recorded all the same.

    What was booked for it before dose 1 stays, or moves if the real day of dose 1 makes it early.
    """
    assert appointment.patient_id is not None
    assert appointment.decision is not None
    try:
        return place_dose_two(
            patient_id=appointment.patient_id,
            decision_id=appointment.decision.pk,
            clinic_id=appointment.slot.session.clinic_id,
            route=course.route,
            not_before=first_day_after(appointment.decision, given_on),
            like=appointment.slot.starts_at,
            by=by,
            now=now,
        )
    except (NoPlaceError, AlreadyBookedError):
        return None


def waiting(appointment_id: UUID) -> Appointment:
    """Return the appointment of a person who waits, locked until the transaction ends.

    Raises ChangedMeanwhileError.
    """
    appointment = (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("slot__session__clinic", "decision")
        .get(pk=appointment_id)
    )
    if appointment.status != Status.ARRIVED:
        raise ChangedMeanwhileError(appointment.status)
    return appointment
