"""Ends a clinic day under its session's lock, and reopens it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from appointments.domain.closing import Hindrance
from appointments.domain.day_numbers import DayNumbers
from appointments.domain.session_states import SessionState
from appointments.locks import lock_session
from appointments.models import ClinicSession, DayClosing
from appointments.selectors.closing import closing_of
from appointments.services.offer_ends import withdraw_offers
from audit.domain import Actor
from audit.services import record


class DayNotReadyError(Exception):
    """Something is left to do; ``left`` says what, in the order to do it."""

    def __init__(self, left: tuple[Hindrance, ...]) -> None:
        super().__init__(", ".join(left))
        self.left = left


class DayEndedAlreadyError(Exception):
    """A colleague has ended the day: ``closing`` says who and when."""

    def __init__(self, closing: DayClosing) -> None:
        super().__init__(str(closing.pk))
        self.closing = closing


class NotEndedError(Exception):
    """The day is not ended, or is reopened already."""


class ReopenReasonMissingError(Exception):
    """A day is reopened for a reason."""


def close_day(
    *,
    session_id: UUID,
    left: Callable[[ClinicSession], tuple[Hindrance, ...]],
    numbers: Callable[[ClinicSession], DayNumbers],
    by: Actor,
    now: datetime,
) -> DayClosing:
    """End a day with its ``numbers`` unless something is ``left``; nobody can book it any more.

    Both are asked under the session's lock: they know of vials and cases, too. Open offers are
    taken back. Raises DayEndedAlreadyError, DayNotReadyError, SessionUnknownError.
    """
    with transaction.atomic():
        session = lock_session(session_id)
        ended = closing_of(session.pk)
        if ended is not None:
            raise DayEndedAlreadyError(ended)
        undone = left(session)
        if undone:
            raise DayNotReadyError(undone)
        if session.state == SessionState.OPEN:
            session.state = SessionState.CLOSED.value
            session.save(update_fields=["state"])
            record(action="session.closed", by=by, now=now, object_id=session.pk)
        withdraw_offers(session_id=session.pk, by=by, now=now)
        closing = DayClosing.objects.create(
            session=session,
            closed_at=now,
            closed_by_id=int(by.id),
            numbers=numbers(session).snapshot(),
        )
        record(action="day.ended", by=by, now=now, object_id=session.pk)
    return closing


def reopen_day(
    *, session_id: UUID, closing_id: UUID, reason: str, by: Actor, now: datetime
) -> DayClosing:
    """Reopen a day for the board, with the reason; ``closing_id`` is the one that was seen.

    Booking stays closed. Raises ReopenReasonMissingError, NotEndedError.
    """
    if not reason.strip():
        raise ReopenReasonMissingError
    with transaction.atomic():
        closing = DayClosing.objects.filter(pk=closing_id, session_id=session_id).first()
        if closing is None:
            raise NotEndedError
        closing.reopened_at, closing.reopened_by_id = now, int(by.id)
        closing.reopen_reason = reason.strip()
        changed = DayClosing.objects.filter(pk=closing_id, reopened_at=None).update(
            reopened_at=closing.reopened_at,
            reopened_by_id=closing.reopened_by_id,
            reopen_reason=closing.reopen_reason,
        )
        if not changed:
            raise NotEndedError
        record(action="day.reopened", by=by, now=now, object_id=session_id)
    return closing
