"""One person's visit as the vaccinator sees it, from rows and the moment it is shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from appointments.domain.status import ENDED_WITHOUT_DOSE, OCCUPYING, Status
from appointments.models import Appointment
from care.services.postponing import Later, later_of
from care.services.vaccination import Step, asked_today, decision_before, decision_booked, step_of
from care.services.visit_review import cases_of
from eligibility.domain.decision import Course, Flag
from eligibility.domain.papers import ToldDose
from eligibility.models import Decision, ReviewCase
from eligibility.services.decisions import course_of, told_doses_of
from patients.models import Patient
from patients.selectors import count_notes, same_person
from vaccinations.models import Dose
from vaccinations.selectors import doses_of


@dataclass(frozen=True)
class FlagShown:
    """What the nurse must see; ``is_new`` when today's answers brought it."""

    flag: Flag
    is_new: bool


@dataclass(frozen=True)
class Visit:
    """A person on the list of a session, with what was decided before and today.

    ``today`` is the decision of today's questions, None before they are asked. ``doses`` are those
    given here, oldest first, ``told`` those the person told of: today's where asked.
    ``to_confirm`` are those whose papers are asked for, with their place in what the questions
    start from: that may be what a clinician has decided since the person came.
    ``next_place`` is the appointment for the dose after this one, or the new time of a visit that
    was postponed; ``later`` is what this one can be postponed to; ``case`` is what a clinician was
    asked.
    """

    appointment: Appointment
    patient: Patient
    before: Decision
    today: Decision | None
    course: Course | None
    step: Step
    doses: tuple[Dose, ...]
    told: tuple[ToldDose, ...]
    to_confirm: tuple[tuple[int, ToldDose], ...]
    has_earlier_dose: bool
    next_place: Appointment | None
    later: Later | None
    case: ReviewCase | None
    # How many notes colleagues at the clinic have written about the person.
    notes: int = 0

    @property
    def waits(self) -> bool:
        """Whether the person has arrived and nothing has come of it yet."""
        return self.appointment.status == Status.ARRIVED

    @property
    def lacks_number(self) -> bool:
        """Whether nobody has noted the number in the ID of who is here, or why there is none."""
        seen = self.patient.id_number and self.patient.id_seen_at is not None
        return self.waits and not seen and not self.patient.no_number_why

    @property
    def flags(self) -> list[FlagShown]:
        """What to see before the dose: today's where asked, else the booking's."""
        if self.today is None:
            return [FlagShown(Flag(flag), is_new=False) for flag in self.before.flags]
        return [
            FlagShown(Flag(flag), is_new=flag not in self.before.flags) for flag in self.today.flags
        ]

    @property
    def flags_gone(self) -> list[Flag]:
        """What was noted before and denied today."""
        if self.today is None:
            return []
        return [Flag(flag) for flag in self.before.flags if flag not in self.today.flags]

    @property
    def route_changed(self) -> bool:
        """Whether the dose is given otherwise than booked, after today's answers."""
        return bool(
            self.today is not None and self.course and self.course.route != self.appointment.route
        )

    @property
    def too_early(self) -> bool:
        """Whether today's answers allow the dose, but the interval does not yet (A11)."""
        return bool(
            self.today is not None
            and self.course
            and self.course.earliest_on > self.today.assessed_on
        )

    @property
    def due_after(self) -> bool:
        """Whether the course has a dose after this appointment's."""
        return bool(self.course and self.course.next_dose < self.course.doses)


def visit_of(appointment_id: UUID, *, now: datetime) -> Visit | None:
    """Read a visit; None when nobody has booked the seat."""
    appointment = (
        Appointment.objects.filter(pk=appointment_id, patient__isnull=False)
        .select_related(
            "slot__session__clinic",
            "patient__merged_into",
            "decision",
            "dose__vial",
            "dose__override_by",
            "id_seen_by",
            "informed_by",
            "released_by",
        )
        .first()
    )
    if appointment is None or appointment.patient is None or appointment.decision is None:
        return None
    before, kept = decision_booked(appointment, now), decision_before(appointment, now)
    today = appointment.decision if asked_today(appointment.decision, now) else None
    doses = tuple(doses_of([appointment.patient.pk])[appointment.patient.pk])
    told = told_doses_of(kept)
    return Visit(
        appointment=appointment,
        patient=appointment.patient.kept,
        before=before,
        today=today,
        course=course_of(appointment.decision),
        step=step_of(appointment.decision, now),
        doses=doses,
        told=tuple(told_doses_of(today or kept)),
        to_confirm=tuple((n, one) for n, one in enumerate(told) if one.to_confirm),
        has_earlier_dose=bool(doses or told),
        next_place=_next_place(appointment),
        later=later_of(appointment, now=now),
        case=cases_of([appointment]).get(appointment.pk),
        notes=count_notes(appointment.patient_id, clinic_id=appointment.slot.session.clinic_id),
    )


def _next_place(appointment: Appointment) -> Appointment | None:
    following = {
        Status.VACCINATED: Q(dose_number__gt=appointment.dose_number),
        **dict.fromkeys(
            ENDED_WITHOUT_DOSE | {Status.NO_SHOW}, Q(booked_at__gte=appointment.ended_at)
        ),
    }
    if appointment.status not in following:
        return None
    return (
        Appointment.objects.filter(
            following[Status(appointment.status)],
            patient__in=same_person(appointment.patient_id),
            status__in=OCCUPYING,
        )
        .select_related("slot__session__clinic")
        .first()
    )
