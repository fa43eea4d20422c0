"""One person's visit as the vaccinator sees it, from rows and the moment it is shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from appointments.domain.status import OCCUPYING, Status
from appointments.models import Appointment
from care.services.vaccination import Step, asked_today, decision_before, step_of
from eligibility.domain.decision import Course, Flag
from eligibility.models import Decision
from eligibility.services.decisions import course_of, previous_doses_of
from patients.models import Patient
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
    given here, oldest first. ``next_place`` is the appointment for the dose after this one.
    """

    appointment: Appointment
    patient: Patient
    before: Decision
    today: Decision | None
    course: Course | None
    step: Step
    doses: tuple[Dose, ...]
    has_earlier_dose: bool
    next_place: Appointment | None

    @property
    def waits(self) -> bool:
        """Whether the person has arrived and nothing has come of it yet."""
        return self.appointment.status == Status.ARRIVED

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
        .select_related("slot__session__clinic", "patient", "decision", "dose__vial", "id_seen_by")
        .first()
    )
    if appointment is None or appointment.patient is None or appointment.decision is None:
        return None
    before = decision_before(appointment, now)
    today = appointment.decision if asked_today(appointment.decision, now) else None
    doses = tuple(doses_of([appointment.patient.pk])[appointment.patient.pk])
    told = [dose for dose in previous_doses_of(before) if dose.counts]
    return Visit(
        appointment=appointment,
        patient=appointment.patient,
        before=before,
        today=today,
        course=course_of(appointment.decision),
        step=step_of(appointment.decision, now),
        doses=doses,
        has_earlier_dose=bool(doses or told),
        next_place=_next_place(appointment),
    )


def _next_place(appointment: Appointment) -> Appointment | None:
    if appointment.status != Status.VACCINATED:
        return None
    return (
        Appointment.objects.filter(
            patient=appointment.patient,
            dose_number__gt=appointment.dose_number,
            status__in=OCCUPYING,
        )
        .select_related("slot__session__clinic")
        .first()
    )
