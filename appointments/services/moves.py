"""Moves an appointment from state to state, by compare-and-set."""

from typing import Any

from appointments.domain.status import Move, Status, target
from appointments.models import Appointment


class ChangedMeanwhileError(Exception):
    """Somebody else moved the appointment first. ``now_status`` is where it is."""

    def __init__(self, now_status: str) -> None:
        super().__init__(now_status)
        self.now_status = now_status


def move(appointment: Appointment, by_move: Move, **fields: Any) -> None:
    """Apply a move to the state the caller has seen, setting other fields with it.

    Raises MoveNotAllowedError when the table has no such move, ChangedMeanwhileError when the
    row is no longer as the caller saw it.
    """
    goal = target(by_move, Status(appointment.status))
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
