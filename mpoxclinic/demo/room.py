"""Makes room for the session under way: a clinic has one session at a time."""

from datetime import datetime

from appointments.domain.session_states import SessionMove
from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession, Slot
from appointments.services.booking import cancel, rebook
from appointments.services.holding import release
from appointments.services.seats import SlotUnavailableError
from appointments.services.sessions import move_session
from audit.domain import Actor
from clinics.models import Clinic


def make_room(
    clinic: Clinic, starts_at: datetime, ends_at: datetime, *, by: Actor, now: datetime
) -> None:
    """Call off the days in between that nobody has come to; who is booked gets a later time."""
    in_between = (
        ClinicSession.objects.filter(clinic=clinic, starts_at__lt=ends_at, ends_at__gt=starts_at)
        .exclude(state=ClinicSession.State.CANCELLED)
        .exclude(slots__appointments__arrived_at__isnull=False)
    )
    for session in in_between:
        expected = Appointment.objects.filter(slot__session=session)
        for held in expected.filter(status=Status.HELD):
            release(browser_hash=held.browser_hash, now=now)
        for appointment in expected.filter(status=Status.BOOKED):
            _move_on(appointment, session, by=by, now=now)
        move_session(session_id=session.pk, by_move=SessionMove.CANCEL, by=by, now=now)


def end_of_the_one_before(clinic: Clinic, *, now: datetime) -> datetime | None:
    """Return when the last session that is over ended."""
    over = ClinicSession.objects.filter(clinic=clinic, ends_at__lte=now).exclude(
        state=ClinicSession.State.CANCELLED
    )
    return over.order_by("-ends_at").values_list("ends_at", flat=True).first()


def _move_on(appointment: Appointment, session: ClinicSession, *, by: Actor, now: datetime) -> None:
    later = Slot.objects.filter(
        session__clinic=session.clinic,
        session__state=ClinicSession.State.OPEN,
        starts_at__gt=session.ends_at,
    ).order_by("starts_at")
    for slot in later[:40]:
        try:
            rebook(appointment_id=appointment.pk, slot_id=slot.pk, by=by, now=now)
        except SlotUnavailableError:
            continue
        return
    cancel(appointment_id=appointment.pk, by=by, now=now)
