"""People whose time the clinic changed, forgotten by hand."""

from datetime import timedelta

from appointments.models import Displaced
from audit.models import AuditEntry
from notifications.models import Message
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import World


def _moved() -> Displaced:
    return Displaced.objects.exclude(became_at=None).get()


def _lost() -> Displaced:
    return Displaced.objects.filter(became_at=None, ended_at=None).get()


@corrupts("displaced.to_call", past="displaced_without_time_is_called")
def nobody_calls(world: World) -> str:
    return change(_lost(), to_call=False)


@corrupts("displaced.cancelled")
def lost_and_booked(world: World) -> str:
    row = _lost()
    change(row.appointment, status="no_show")
    return str(row.pk)


@corrupts("displaced.told")
def never_told(world: World) -> str:
    row = _moved()
    Message.objects.filter(subject_id=row.appointment_id, kind="moved_by_clinic").delete()
    return str(row.pk)


@corrupts("displaced.forgotten")
def off_the_list(world: World) -> str:
    row = _lost()
    entry = AuditEntry.objects.get(
        object_id=str(row.appointment_id), action="appointment.cancelled_by_clinic"
    )
    row.delete()
    return str(entry.pk)


@corrupts("displaced.end", past="displaced_end_iff_ended")
def ended_before_it_began(world: World) -> str:
    row = _lost()
    return change(row, end="told", ended_at=row.made_at - timedelta(hours=1))
