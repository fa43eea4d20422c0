"""Changes what a session was planned with, as far as what is booked allows."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from appointments.domain.session_states import CHANGEABLE, TIMES, SessionState
from appointments.locks import lock_session
from appointments.models import ClinicSession, Slot
from appointments.selectors.sessions import vials_promised
from appointments.services.seats import expire_stale_holds
from appointments.services.sessions import NotADraftError, make_slots, refuse_overlap
from audit.domain import Actor
from audit.services import record


class SessionEndedError(Exception):
    """A closed or cancelled session is not changed."""


class TooFewVialsError(Exception):
    """What is booked needs more vials than that: ``needed``."""

    def __init__(self, needed: int) -> None:
        super().__init__(f"{needed} vials")
        self.needed = needed


class CutoffTooLateError(Exception):
    """The cutoff must come before the session opens."""


class ClosesTooEarlyError(Exception):
    """A session closes after it opens, with room for one time at least."""


@dataclass(frozen=True)
class SessionChanges:
    """What to change in a session; None leaves a thing as it is."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    stations: int | None = None
    slot_minutes: int | None = None
    vials_allotted: int | None = None
    offered_groups: list[int] | None = None
    cutoff_at: datetime | None = None

    def named(self) -> dict[str, Any]:
        """Return what is to be changed, by the field's name."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


def change_session(
    *, session_id: UUID, changes: SessionChanges, by: Actor, now: datetime
) -> ClinicSession:
    """Change a session under its lock: its times while a draft, its planning until it is closed.

    New times bring new slots: a draft has nobody booked. Raises NotADraftError, SessionEndedError,
    TooFewVialsError, CutoffTooLateError, ClosesTooEarlyError, SessionsOverlapError,
    SessionUnknownError.
    """
    with transaction.atomic():
        session = lock_session(session_id)
        changed = {
            name: value
            for name, value in changes.named().items()
            if getattr(session, name) != value
        }
        if not changed:
            return session
        _refuse_by_state(session, set(changed))
        for name, value in changed.items():
            setattr(session, name, value)
        session.offered_groups = sorted(session.offered_groups)
        if TIMES & set(changed):
            _check_times(session)
        if session.cutoff_at >= session.starts_at:
            raise CutoffTooLateError
        _check_vials(session, now)
        session.save(update_fields=list(changed))
        if TIMES & set(changed):
            Slot.objects.filter(session=session).delete()
            make_slots([session])
        record(
            action="session.changed",
            by=by,
            now=now,
            object_id=session.pk,
            reason=", ".join(sorted(changed)),
        )
    return session


def _refuse_by_state(session: ClinicSession, names: set[str]) -> None:
    allowed = CHANGEABLE[SessionState(session.state)]
    if names <= allowed:
        return
    raise NotADraftError if allowed else SessionEndedError


def _check_times(session: ClinicSession) -> None:
    minutes = (session.ends_at - session.starts_at).total_seconds() / 60
    if minutes < session.slot_minutes:
        raise ClosesTooEarlyError
    refuse_overlap(session.clinic_id, [(session.starts_at, session.ends_at)], but=[session.pk])


def _check_vials(session: ClinicSession, now: datetime) -> None:
    # Expired first: a hold that its browser is just confirming is then either gone or booked.
    expire_stale_holds(session.pk, now)
    needed = vials_promised(session, now=now)
    if session.vials_allotted < needed:
        raise TooFewVialsError(needed)
