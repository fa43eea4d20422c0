"""Moves an appointment from state to state, by compare-and-set."""

from typing import Any

from appointments.domain.status import ACTIVE, ENDED_WITHOUT_DOSE, Move, Status, target
from appointments.models import Appointment
from appointments.services.once import has_dose_otherwise

_ENDED = frozenset(Status) - ACTIVE - {Status.HELD}


class ChangedMeanwhileError(Exception):
    """Somebody else moved the appointment first. ``now_status`` is where it is."""

    def __init__(self, now_status: str) -> None:
        super().__init__(now_status)
        self.now_status = now_status


def move(appointment: Appointment, by_move: Move, **fields: Any) -> None:
    """Apply a move to the state the caller has seen, setting other fields with it.

    Why a visit ended without a dose is forgotten once it has not.
    Raises MoveNotAllowedError when the table has no such move, ChangedMeanwhileError when the
    row is no longer as the caller saw it.
    """
    source = Status(appointment.status)
    goal = target(by_move, source)
    if source in ENDED_WITHOUT_DOSE and goal not in ENDED_WITHOUT_DOSE:
        fields = {"end_reason": "", "end_note": "", "call_back": False, **fields}
    taken_up_again = goal in ACTIVE and source in _ENDED
    if taken_up_again and appointment.patient_id is not None:
        taken = has_dose_otherwise(appointment.patient_id, appointment.dose_number)
        if taken:  # on another row of the person
            raise ChangedMeanwhileError(appointment.status)
    changed = Appointment.objects.filter(pk=appointment.pk, status=appointment.status).update(
        status=goal, **fields
    )
    if not changed:
        raise ChangedMeanwhileError(
            Appointment.objects.values_list("status", flat=True).get(pk=appointment.pk)
        )
    appointment.status = goal
    for name, value in fields.items():
        setattr(appointment, name, value)
