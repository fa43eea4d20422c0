"""Log-ins of staff as rows: each begins and ends, and an ended one lets nobody in again.

A row is found by a digest of its session's key. Nothing here gives an ended row back its life:
every change asks that it has not ended, in the same statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from audit.domain import Actor
from audit.services import record
from clinics.models import Staff, StaffLogin
from encryption.keys import digest

# Between two notes of "seen": a row is not written by every request.
SEEN_EVERY = timedelta(minutes=1)
Ended = StaffLogin.Ended


def session_hash(session_key: str) -> str:
    """Hash a session's key for look-up."""
    return digest("staff session", session_key)


def begin(
    *, staff: Staff, session_key: str, method: StaffLogin.Method, browser: str, now: datetime
) -> StaffLogin:
    """Note that a user has logged in, in the browser that has this session."""
    return StaffLogin.objects.create(
        staff=staff,
        session_hash=session_hash(session_key),
        method=method,
        browser=browser[:60],
        started_at=now,
        last_seen_at=now,
    )


def login_of(session_key: str | None) -> StaffLogin | None:
    """Return the log-in of a session that has not been ended, with its user; one query."""
    if not session_key:
        return None
    found = StaffLogin.objects.select_related("staff")
    return found.filter(session_hash=session_hash(session_key), ended_at=None).first()


def is_known(session_key: str) -> bool:
    """Tell whether there is a log-in with this session's key, ended or not."""
    return StaffLogin.objects.filter(session_hash=session_hash(session_key)).exists()


@dataclass(frozen=True)
class Times:
    """When a log-in ends by itself."""

    idle_at: datetime
    longest_at: datetime

    def over(self, now: datetime) -> StaffLogin.Ended | None:
        """Return why it is over by now, None when it is not."""
        if now >= self.longest_at:
            return Ended.TOO_LONG
        return Ended.IDLE if now >= self.idle_at else None

    def seconds_left(self, now: datetime) -> int:
        """Return for how many seconds it lasts if nothing more is done."""
        return max(0, int((min(self.idle_at, self.longest_at) - now).total_seconds()))


def times_of(login: StaffLogin) -> Times:
    """Return when a log-in ends by itself, as it was seen last."""
    return Times(
        idle_at=login.last_seen_at + settings.STAFF_IDLE,
        longest_at=login.started_at + settings.STAFF_LONGEST,
    )


def seen(login: StaffLogin, *, now: datetime, at_once: bool = False) -> None:
    """Note that a log-in is in use; once a minute at most, unless it is asked for ``at_once``."""
    if now - login.last_seen_at >= (timedelta(0) if at_once else SEEN_EVERY):
        open_still = StaffLogin.objects.filter(pk=login.pk, ended_at=None, last_seen_at__lt=now)
        open_still.update(last_seen_at=now)
        login.last_seen_at = now


def proved_more(*, session_key: str, method: StaffLogin.Method) -> None:
    """Note by what a log-in is known from now on, once its user has shown a second factor."""
    found = StaffLogin.objects.filter(session_hash=session_hash(session_key), ended_at=None)
    found.update(method=method)


def moved(*, old_key: str, new_key: str) -> None:
    """Let a log-in follow its session to a new key. One that has ended stays where it was."""
    found = StaffLogin.objects.filter(session_hash=session_hash(old_key), ended_at=None)
    found.update(session_hash=session_hash(new_key))


def end(login: StaffLogin, *, why: StaffLogin.Ended, now: datetime) -> bool:
    """End one log-in by what its own browser did or did not; tell whether this call did it."""
    found = StaffLogin.objects.filter(pk=login.pk, ended_at=None)
    return found.update(ended_at=now, ended_why=why) == 1


@transaction.atomic
def end_logins(
    *,
    staff: Staff,
    why: StaffLogin.Ended,
    by: Actor,
    now: datetime,
    but_session: str = "",
    only: UUID | None = None,
) -> int:
    """End a user's log-ins: all, all but one session's, or ``only`` one by its id; return how many.

    What is not the user's own is not touched. Their next request, with whatever session key, is
    refused.
    """
    found = _open(staff)
    if but_session:
        found = found.exclude(session_hash=session_hash(but_session))
    if only is not None:
        found = found.filter(pk=only)
    ended = found.update(ended_at=now, ended_why=why)
    if ended:
        record(action="staff.logins_ended", by=by, now=now, object_id=staff.pk, reason=why.value)
    return ended


def logins_of(staff: Staff, *, now: datetime) -> list[StaffLogin]:
    """Return a user's log-ins that last, the one used last first; one query."""
    found = _open(staff).order_by("-last_seen_at")
    return [login for login in found if times_of(login).over(now) is None]


def last_used_by(moment: datetime) -> QuerySet[StaffLogin]:
    """Return log-ins that nobody has used since a moment; it must lie before what one may last."""
    return StaffLogin.objects.filter(last_seen_at__lte=moment)


def forget(ids: Sequence[UUID], _now: datetime) -> int:
    """Delete log-ins whose time is over; return how many."""
    return StaffLogin.objects.filter(pk__in=ids).delete()[0]


def _open(staff: Staff) -> QuerySet[StaffLogin]:
    return StaffLogin.objects.filter(staff=staff, ended_at=None)
