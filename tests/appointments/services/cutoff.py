"""A day before its cutoff: three people share a vial, and others cost a vial each."""

from datetime import timedelta

from appointments.models import Appointment, ClinicSession, MoveAsk, Repair
from appointments.services.repairs import answer_ask, start_repair
from audit.domain import Actor
from tests.factories import DAY, make_booking, make_session, oslo, slot_at

EVE = DAY - timedelta(days=1)
CUTOFF = oslo(EVE, "16.00")
DEADLINE = oslo(EVE, "19.00")
MEANWHILE = oslo(EVE, "17.00")


def eve(clock: str):
    """Return a moment of the day before."""
    return oslo(EVE, clock)


def let_move(appointment: Appointment, *bands: str) -> Appointment:
    """Let somebody be asked about some parts of the day."""
    Appointment.objects.filter(pk=appointment.pk).update(movable_bands=list(bands))
    appointment.refresh_from_db()
    return appointment


def early_people(session: ClinicSession) -> list[Appointment]:
    return [make_booking(session=session, clock=clock) for clock in ("16.00", "16.10", "16.20")]


def late_person(session: ClinicSession, clock: str = "19.30", **booking) -> Appointment:
    return let_move(make_booking(session=session, clock=clock, **booking), "afternoon")


def a_day(*late: str, **session) -> tuple[ClinicSession, list[Appointment]]:
    """Make a session with people early, and movable ones late: at 19.30 unless told."""
    made = make_session(**session)
    early_people(made)
    return made, [late_person(made, clock) for clock in late or ("19.30",)]


def start(session: ClinicSession, now=CUTOFF, by: Actor | None = None) -> Repair:
    return start_repair(session_id=session.pk, by=by or Actor.system(), now=now)


def answer(appointment: Appointment, *, yes: bool, now=MEANWHILE) -> MoveAsk:
    ask = MoveAsk.objects.get(appointment=appointment)
    by = Actor.patient(appointment.patient_id)
    return answer_ask(ask_id=ask.pk, yes=yes, by=by, now=now)


def states(session: ClinicSession) -> list[str]:
    """List where the asks of a session are, by the time the people had."""
    asks = MoveAsk.objects.filter(repair__session=session).order_by("from_slot__starts_at")
    return [ask.state for ask in asks]


def take_target(ask: MoveAsk) -> None:
    """Book all seats at the time that somebody is asked about."""
    session = ask.repair.session
    slot = ask.to_slot
    clock = slot.starts_at.astimezone(CUTOFF.tzinfo).strftime("%H.%M")
    assert slot_at(session, clock) == slot
    for _ in range(slot.capacity):
        make_booking(session=session, clock=clock, now=eve("16.30"))
