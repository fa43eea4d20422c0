"""Sessions, and who has a time or waits for one."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from appointments.domain.time_bands import Band
from appointments.models import (
    Appointment,
    ClinicSession,
    MoveAsk,
    Repair,
    Slot,
    WaitingEntry,
)
from appointments.selectors.places import policy_of
from appointments.services.booking import book
from appointments.services.day import check_in
from appointments.services.sessions import open_session, plan_session
from appointments.services.waiting import Wish, join
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic, Staff
from eligibility.models import Decision
from patients.models import Patient
from tests.factories.clinics import actor_of, make_clinic, make_staff
from tests.factories.moments import BEFORE, OPENING, oslo
from tests.factories.people import make_decision
from tests.factories.stock import make_product, sign_what_is_missing


def make_session(
    *,
    clinic: Clinic | None = None,
    starts_at: datetime = OPENING,
    hours: float = 4,
    stations: int = 2,
    slot_minutes: int = 10,
    vials: int = 20,
    groups: Sequence[int] = (1, 2, 3),
    window_minutes: int = 120,
    opened: bool = True,
    now: datetime | None = None,
) -> ClinicSession:
    """Make a session with its slots, open for booking unless told."""
    clinic, product = clinic or make_clinic(), make_product()
    sign_what_is_missing(clinic, product, on=oslo_date(starts_at), minutes=window_minutes)
    now = now or starts_at - timedelta(days=14)
    session = plan_session(
        clinic_id=clinic.pk,
        product_id=product.pk,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        stations=stations,
        slot_minutes=slot_minutes,
        vials_allotted=vials,
        offered_groups=list(groups),
        by=Actor.system(),
        now=now,
    )
    return open_session(session_id=session.pk, by=Actor.system(), now=now) if opened else session


def slot_at(session: ClinicSession, clock: str) -> Slot:
    """Return the slot of a session that starts at a time: ``slot_at(session, "17.40")``.

    A time before the session's first is one of the day after: a session may go on past midnight.
    """
    starts_at = oslo(session.date, clock)
    if starts_at < session.starts_at:
        starts_at = oslo(session.date + timedelta(days=1), clock)
    return Slot.objects.get(session=session, starts_at=starts_at)


def make_wait(
    *,
    clinic: Clinic | None = None,
    patient: Patient | None = None,
    decision: Decision | None = None,
    wants_time: bool = True,
    eta_minutes: int | None = None,
    weekdays: Sequence[int] = range(7),
    bands: Sequence[Band] = tuple(Band),
    until: date | None = None,
    quiet: tuple[time, time] | None = None,
    dose_number: int = 1,
    not_before: date | None = None,
    now: datetime = BEFORE,
    **answers: object,
) -> WaitingEntry:
    """Put a person on a waiting list: for any time, and on standby with an ``eta_minutes``."""
    clinic = clinic or make_clinic()
    decision = decision or make_decision(patient=patient, now=now, **answers)
    assert decision.course, "only a decision with a course waits"
    return join(
        patient_id=decision.patient_id,
        clinic_id=clinic.pk,
        decision_id=decision.pk,
        dose_number=dose_number,
        route=decision.course["route"],
        not_before=not_before,
        wish=Wish(
            wants_time=wants_time,
            standby=eta_minutes is not None,
            weekdays=tuple(weekdays),
            bands=tuple(bands),
            until=until or oslo_date(now) + timedelta(days=60),
            eta_minutes=eta_minutes,
            quiet_from=quiet[0] if quiet else None,
            quiet_until=quiet[1] if quiet else None,
        ),
        by=Actor.patient(decision.patient_id),
        now=now,
    )


def make_ask(
    appointment: Appointment, *, to: str, answer_by: datetime, now: datetime = BEFORE
) -> MoveAsk:
    """Ask a person about another time of their day, whether or not that saves a vial."""
    session = appointment.slot.session
    repair = Repair.objects.create(
        session=session,
        number=session.repairs.count() + 1,
        started_at=now,
        answer_by=answer_by,
        policy={"window_min": session.window_minutes, **policy_of(session).snapshot()},
        vials_before=2,
    )
    return MoveAsk.objects.create(
        repair=repair,
        appointment=appointment,
        from_slot=appointment.slot,
        to_slot=slot_at(session, to),
        asked_at=now,
    )


def make_booking(
    *,
    session: ClinicSession | None = None,
    patient: Patient | None = None,
    decision: Decision | None = None,
    clock: str = "",
    dose_number: int = 1,
    not_before: date | None = None,
    now: datetime | None = None,
    **answers: object,
) -> Appointment:
    """Book a person at a time of a session ("17.40"), or its first free time, as decided."""
    session = session or make_session()
    now = now or min(BEFORE, session.starts_at - timedelta(days=7))
    decision = decision or make_decision(patient=patient, now=now, **answers)
    assert decision.course, "only a decision with a course can be booked"
    return book(
        patient_id=decision.patient_id,
        decision_id=decision.pk,
        slot_id=slot_at(session, clock).pk if clock else _first_free(session),
        route=decision.course["route"],
        dose_number=dose_number,
        not_before=not_before,
        by=Actor.patient(decision.patient_id),
        now=now,
    )


def _first_free(session: ClinicSession) -> UUID:
    for slot in Slot.objects.filter(session=session).prefetch_related("appointments"):
        if len(slot.appointments.all()) < slot.capacity:
            return slot.pk
    raise AssertionError("the session is full")


def make_arrival(
    *, by: Staff | None = None, now: datetime | None = None, **booking: object
) -> Appointment:
    """Book a person, and check them in at their time unless told."""
    appointment = make_booking(**booking)  # type: ignore[arg-type]
    clinic = appointment.slot.session.clinic
    return check_in(
        appointment_id=appointment.pk,
        by=actor_of(by or make_staff(clinic=clinic), clinic),
        now=now or appointment.slot.starts_at,
    )
