"""Shows what a change of a session with people in it would do, and refuses what cannot be done."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from appointments.domain.rearranging import NOTICE, Rearranging
from appointments.domain.session_changes import SessionShape, Wish
from appointments.domain.session_states import RUNNING, SessionState
from appointments.domain.slot_times import slot_starts
from appointments.domain.status import Status
from appointments.locks import SessionUnknownError
from appointments.models import ClinicSession
from appointments.selectors.session_impact import Impact, impact_of
from appointments.services.session_changes import ClosesTooEarlyError, SessionEndedError
from appointments.services.sessions import SessionOverError, refuse_overlap


class AlreadyBegunError(Exception):
    """The day has begun: its opening cannot be moved, nor can it be cancelled."""


class PeopleHaveComeError(Exception):
    """People who have come would have no time in the session any more. ``number`` of them."""

    def __init__(self, number: int) -> None:
        super().__init__(f"{number} people")
        self.number = number


class TooShortNoticeError(Exception):
    """A session with people cannot be moved to an earlier time with less than a day's notice."""


class OpensInThePastError(Exception):
    """A session cannot be moved to a time that has passed."""


class NothingChangedError(Exception):
    """The session is as it is wished to be."""


def preview(*, session_id: UUID, wish: Wish, now: datetime) -> Impact:
    """Return what a wish would do to the people in a session; changes nothing.

    Raises SessionUnknownError and what ``checked_impact`` raises.
    """
    session = ClinicSession.objects.filter(pk=session_id).first()
    if session is None:
        raise SessionUnknownError(session_id)
    return checked_impact(session, wish, now=now)


def checked_impact(session: ClinicSession, wish: Wish, *, now: datetime) -> Impact:
    """Compute what a wish does, once it is known to be possible.

    Raises SessionEndedError, SessionOverError, AlreadyBegunError, OpensInThePastError,
    TooShortNoticeError, ClosesTooEarlyError, SessionsOverlapError, NothingChangedError,
    PeopleHaveComeError.
    """
    if SessionState(session.state) not in RUNNING:
        raise SessionEndedError
    if session.ends_at <= now:
        raise SessionOverError
    wish = replace(wish, shape=_shape(session, wish))
    if wish.what is Rearranging.CANCEL:
        if session.starts_at <= now:
            raise AlreadyBegunError
    else:
        _check_shape(session, wish.shape, now)
    impact = impact_of(session, wish, now=now)
    if wish.what is Rearranging.MOVE:
        _check_notice(session, impact, now)
    _check_those_who_came(session, impact, now)
    return impact


def shape_of(session: ClinicSession) -> SessionShape:
    """Return when a session is and what it has."""
    return SessionShape(
        session.starts_at, session.ends_at, session.stations, session.vials_allotted
    )


def _shape(session: ClinicSession, wish: Wish) -> SessionShape:
    """Return the shape wished for: a moved session keeps its length, in real time."""
    if wish.what is Rearranging.CANCEL:
        return shape_of(session)
    if wish.what is Rearranging.MOVE:
        # In UTC: by Oslo's clocks, a length over a night with a clock change is another one.
        length = session.ends_at.astimezone(UTC) - session.starts_at.astimezone(UTC)
        starts_at = wish.shape.starts_at.astimezone(UTC)
        return replace(shape_of(session), starts_at=starts_at, ends_at=starts_at + length)
    return replace(
        wish.shape,
        starts_at=wish.shape.starts_at.astimezone(UTC),
        ends_at=wish.shape.ends_at.astimezone(UTC),
    )


def _check_shape(session: ClinicSession, shape: SessionShape, now: datetime) -> None:
    if shape == shape_of(session):
        raise NothingChangedError
    if shape.starts_at != session.starts_at:
        if session.starts_at <= now:
            raise AlreadyBegunError
        if shape.starts_at <= now:
            raise OpensInThePastError
    begun = session.slots.filter(starts_at__lte=now, capacity__gte=1).order_by("-starts_at").first()
    starts = list(slot_starts(shape.starts_at, shape.ends_at, session.slot_minutes))
    if not starts or shape.ends_at <= now or (begun and begun.starts_at > starts[-1]):
        raise ClosesTooEarlyError
    opening = (shape.starts_at, shape.ends_at)
    refuse_overlap(session.clinic_id, [opening], but=[session.pk])


def _check_notice(session: ClinicSession, impact: Impact, now: datetime) -> None:
    earlier = impact.wish.shape.starts_at < session.starts_at
    if impact.fates and earlier and impact.wish.shape.starts_at < now + NOTICE:
        raise TooShortNoticeError


def _check_those_who_came(session: ClinicSession, impact: Impact, now: datetime) -> None:
    """Refuse what leaves somebody who has come without a seat of the session's own."""
    shape = impact.wish.shape
    cancelled = impact.wish.what is Rearranging.CANCEL
    starts = set(slot_starts(shape.starts_at, shape.ends_at, session.slot_minutes))
    came = [
        one
        for one in impact.fates
        if one.appointment.status in {Status.ARRIVED, Status.VACCINATED}
        and one.appointment.slot.starts_at > now
    ]
    outside = sum(
        cancelled
        or one.appointment.slot.starts_at not in starts
        or (one.spot is not None and (one.spot.seat or 0) > shape.stations)
        for one in came
    )
    if outside:
        raise PeopleHaveComeError(outside)
