"""Plans a clinic's sessions and moves them from state to state."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.session_series import overlaps, usual_cutoff
from appointments.domain.session_states import (
    OPENING_MOVES,
    SessionMove,
    SessionMoveNotAllowedError,
    SessionState,
    session_target,
)
from appointments.domain.slot_times import slot_starts
from appointments.locks import lock_clinic, lock_session
from appointments.models import ClinicSession, Slot
from appointments.selectors.sessions import openings_between, seats_taken
from appointments.services.offer_ends import withdraw_offers
from appointments.services.policies import policy_for, take_policy
from appointments.services.seats import expire_stale_holds
from appointments.services.visit_messages import times_opened
from audit.domain import Actor
from audit.services import record
from clinics.domain.calendar import oslo_date
from vaccinations.selectors import in_use_window

# What the audit log says of a move.
_ACTIONS = {
    SessionMove.OPEN: "session.opened",
    SessionMove.CLOSE: "session.closed",
    SessionMove.REOPEN: "session.reopened",
    SessionMove.CANCEL: "session.cancelled",
}


class NoInUseWindowError(Exception):
    """The responsible doctor has not set how long an opened vial may be used here."""


class NotADraftError(Exception):
    """Only a draft can be opened, and only its times can be changed."""


class SessionsOverlapError(Exception):
    """The clinic is open already at these times. ``days`` names the days."""

    def __init__(self, days: Sequence[date]) -> None:
        super().__init__(f"{len(days)} days")
        self.days = list(days)


class SessionOverError(Exception):
    """The session has ended: nobody can come any more."""


class PeopleBookedError(Exception):
    """People have a place in the session, or are taking one just now (``held``)."""

    def __init__(self, booked: int, held: int) -> None:
        super().__init__(f"{booked} booked, {held} held")
        self.booked, self.held = booked, held


@dataclass(frozen=True)
class Series:
    """The sessions that were made in one go; ``made`` is False when they were there before."""

    sessions: list[ClinicSession]
    made: bool


def plan_session(
    *,
    clinic_id: int,
    product_id: int,
    starts_at: datetime,
    ends_at: datetime,
    stations: int,
    slot_minutes: int,
    vials_allotted: int,
    offered_groups: list[int],
    by: Actor,
    now: datetime,
) -> ClinicSession:
    """Make a draft session with its slots; nobody can book it until it is opened.

    The cutoff is 16:00 in Oslo the day before. Raises NoInUseWindowError, SessionsOverlapError.
    """
    planned = plan_series(
        series_id=None,
        clinic_id=clinic_id,
        product_id=product_id,
        openings=[(starts_at, ends_at)],
        stations=stations,
        slot_minutes=slot_minutes,
        vials_allotted=vials_allotted,
        offered_groups=offered_groups,
        opened=False,
        by=by,
        now=now,
    )
    return planned.sessions[0]


def plan_series(
    *,
    series_id: UUID | None,
    clinic_id: int,
    product_id: int,
    openings: Sequence[tuple[datetime, datetime]],
    stations: int,
    slot_minutes: int,
    vials_allotted: int,
    offered_groups: list[int],
    opened: bool,
    by: Actor,
    now: datetime,
) -> Series:
    """Make all of some sessions or none, as drafts or ``opened`` for booking.

    Asked again with the same ``series_id`` it makes nothing and returns what there is.
    Raises NoInUseWindowError, SessionsOverlapError (also when two of the openings do).
    """
    window = in_use_window(clinic_id=clinic_id, product_id=product_id)
    if window is None:
        raise NoInUseWindowError
    with transaction.atomic():
        lock_clinic(clinic_id)
        if series_id:
            known = list(ClinicSession.objects.filter(series=series_id).order_by("starts_at"))
            if known:
                return Series(known, made=False)
        refuse_overlap(clinic_id, openings)
        policy = policy_for(clinic_id=clinic_id, window_min=window.minutes, now=now)
        sessions = [
            ClinicSession(
                clinic_id=clinic_id,
                product_id=product_id,
                date=oslo_date(starts_at),
                starts_at=starts_at,
                ends_at=ends_at,
                stations=stations,
                slot_minutes=slot_minutes,
                window_minutes=window.minutes,
                policy=policy.snapshot(),
                vials_allotted=vials_allotted,
                offered_groups=sorted(offered_groups),
                cutoff_at=usual_cutoff(oslo_date(starts_at)),
                series=series_id,
                state=SessionState.OPEN if opened else SessionState.DRAFT,
            )
            for starts_at, ends_at in openings
        ]
        ClinicSession.objects.bulk_create(sessions)
        make_slots(sessions)
        for session in sessions:
            record(action="session.planned", by=by, now=now, object_id=session.pk)
            if opened:
                record(action="session.opened", by=by, now=now, object_id=session.pk)
        if opened:
            times_opened(sessions, now=now)
    return Series(sessions, made=True)


def open_session(*, session_id: UUID, by: Actor, now: datetime) -> ClinicSession:
    """Open a draft for booking.

    Raises NotADraftError, NoInUseWindowError, SessionOverError, SessionUnknownError.
    """
    try:
        return move_session(session_id=session_id, by_move=SessionMove.OPEN, by=by, now=now)
    except SessionMoveNotAllowedError as error:
        raise NotADraftError from error


def move_session(
    *, session_id: UUID, by_move: SessionMove, by: Actor, now: datetime
) -> ClinicSession:
    """Move a session to another state, under its lock.

    Opening a draft takes the in-use window and the planning numbers in force now: they govern it
    for good, but for what is learned until its cutoff. A session with people is never cancelled;
    offers of its times are taken back.
    Raises SessionMoveNotAllowedError, NoInUseWindowError, SessionOverError, PeopleBookedError,
    SessionUnknownError.
    """
    with transaction.atomic():
        session = lock_session(session_id)
        goal = session_target(by_move, SessionState(session.state))
        if by_move in OPENING_MOVES:
            _take_window(session, anew=by_move is SessionMove.OPEN, now=now)
        if by_move is SessionMove.CANCEL:
            withdraw_offers(session_id=session.pk, by=by, now=now)
            _refuse_if_people(session, now)
        session.state = goal.value
        session.save(update_fields=["state", "window_minutes", "policy"])
        if by_move in OPENING_MOVES:
            times_opened([session], now=now)
        record(action=_ACTIONS[by_move], by=by, now=now, object_id=session.pk)
    return session


def refuse_overlap(
    clinic_id: int,
    openings: Sequence[tuple[datetime, datetime]],
    *,
    but: Collection[UUID] = (),
) -> None:
    """Raise SessionsOverlapError when a clinic is open then already. It must be locked.

    Also when two of the openings overlap each other. ``but`` are sessions that do not count.
    """
    first, last = min(start for start, _ in openings), max(end for _, end in openings)
    taken = openings_between(clinic_id, first, last, but=but)
    days = []
    for number, opening in enumerate(openings):
        others = [*taken, *openings[:number]]
        if any(overlaps(opening, other) for other in others):
            days.append(oslo_date(opening[0]))
    if days:
        raise SessionsOverlapError(days)


def make_slots(sessions: Sequence[ClinicSession]) -> None:
    """Make the slots of sessions: as many people at each time as there are stations."""
    Slot.objects.bulk_create(
        Slot(session=session, starts_at=start, capacity=session.stations)
        for session in sessions
        for start in slot_starts(session.starts_at, session.ends_at, session.slot_minutes)
    )


def _take_window(session: ClinicSession, *, anew: bool, now: datetime) -> None:
    if session.ends_at <= now:
        raise SessionOverError
    window = in_use_window(clinic_id=session.clinic_id, product_id=session.product_id)
    if window is None:
        raise NoInUseWindowError
    if anew:
        session.window_minutes = window.minutes
        take_policy(session, now=now)


def _refuse_if_people(session: ClinicSession, now: datetime) -> None:
    # Expired first: a hold that its browser is just confirming is then either gone or booked.
    expire_stale_holds(session.pk, now)
    taken = seats_taken(session.pk)
    if taken.booked or taken.held:
        raise PeopleBookedError(taken.booked, taken.held)
