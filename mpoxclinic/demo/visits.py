"""What happens at a visit: somebody comes, is asked, gets the dose or does not."""

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery

from appointments.domain.status import Move, Status
from appointments.models import Appointment
from appointments.services.day import check_in, turn_away
from appointments.services.moves import move
from audit.domain import Actor
from audit.services import record
from care.services.vaccination import Step as Next
from care.services.vaccination import rescreen_for, step_of, vaccinate
from eligibility.domain.answers import DayAnswers, Immunosuppressed
from eligibility.models import Decision
from vaccinations.models import Dose, Vial

# The audit's names for the ends that come without a dose.
_ENDS = {
    Move.MISS: "appointment.missed",
    Move.LEAVE: "appointment.left",
    Move.DECLINE: "appointment.declined",
}


def come(appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """Somebody comes, and shows an ID."""
    check_in(appointment_id=appointment.pk, by=by, now=now)
    appointment.refresh_from_db(fields=["status", "arrived_at"])


def ask(appointment: Appointment, *, by: Actor, now: datetime, **answers: Any) -> Decision:
    """Ask the questions of the day: no to all of them unless told."""
    assert appointment.patient is not None
    # Whoever was booked for a dose under the skin has told why; they say so again.
    keloid = appointment.route == Dose.Route.SUBCUTANEOUS
    told: dict[str, Any] = {
        "pregnant": False,
        "breastfeeding": False,
        "immunosuppressed": Immunosuppressed.NO,
        "allergies": frozenset(),
        "fever_over_38": False,
        "mpox_symptoms": False,
        "had_mpox": False,
        "keloid_tendency": keloid,
        "atopic_eczema": False,
        "mpox_after_dose": False,
        "local_reaction_persists": False,
        **answers,
    }
    return rescreen_for(
        appointment_id=appointment.pk,
        answers=DayAnswers(date_of_birth=appointment.patient.birth_date, **told),
        by=by,
        now=now,
    )


def may_have(decision: Decision, *, now: datetime) -> bool:
    """Tell whether today's answers let the dose be given today."""
    return step_of(decision, now) == Next.GIVE


def give_dose(
    appointment: Appointment, decision: Decision, vial: Vial, *, by: Actor, now: datetime
) -> None:
    """Give the dose; dose 2 gets its place by itself."""
    vaccinate(
        appointment_id=appointment.pk,
        decision_id=decision.pk,
        vial_id=vial.pk,
        site=Dose.Site.LEFT_ARM,
        by=by,
        now=now,
    )


def let_go_whose_time_is_over(*, now: datetime) -> None:
    """Let everybody go whose observation is over, as whoever gave the dose would have."""
    vaccinator = Dose.objects.filter(pk=OuterRef("dose")).values("vaccinator")
    Appointment.objects.filter(observe_until__lte=now, released_at=None).update(
        released_at=F("observe_until"), released_by=Subquery(vaccinator)
    )


def send_home(appointment: Appointment, decision: Decision, *, by: Actor, now: datetime) -> None:
    """Turn somebody away, because of today's answers."""
    turn_away(appointment_id=appointment.pk, reason=decision.outcome, by=by, now=now)


def end(appointment: Appointment, by_move: Move, *, by: Actor, now: datetime) -> None:
    """Note that somebody never came, left before it was their turn, or did not want it."""
    move(appointment, by_move, ended_at=now)
    record(
        action=_ENDS[by_move],
        by=by,
        now=now,
        patient_id=appointment.patient_id,
        object_id=appointment.pk,
    )


def close_up(appointment: Appointment, *, by: Actor, now: datetime) -> None:
    """End what a past day left behind: the booked never came, the waiting have left."""
    waits = appointment.status == Status.ARRIVED
    end(appointment, Move.LEAVE if waits else Move.MISS, by=by, now=now)
