"""Raises alarms from the access log, and keeps who has looked at them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from audit.domain.actors import Actor, ActorKind
from audit.domain.alarms import BOARD, GIVEN, LONGEST_NOTE, LOOK_UPS, LOOKS_BACK, AlarmKind, Limits
from audit.models import Alarm, AuditEntry, Seal
from audit.services.recording import record
from audit.services.sealing import LONGEST_TRANSACTION

# An hour that is over; whoever is on a board that they opened on the same day is no look-up.
_MANY_PEOPLE = """
    SELECT actor_id::bigint, clinic_id, date_trunc('hour', at) AS span,
           count(DISTINCT patient_id) AS people
      FROM audit_auditentry read
     WHERE id > %(after)s AND actor_kind = %(staff)s AND action = ANY (%(look_ups)s)
       AND at >= %(since)s
       AND at < date_trunc('hour', %(now)s::timestamptz)
       AND clinic_id IS NOT NULL AND patient_id IS NOT NULL
       AND NOT EXISTS (
           SELECT FROM audit_auditentry board
            WHERE board.actor_kind = read.actor_kind AND board.actor_id = read.actor_id
              AND board.action = %(board)s AND board.patient_id = read.patient_id
              AND board.at BETWEEN date_trunc('day', read.at, %(zone)s)
                               AND date_trunc('day', read.at, %(zone)s) + interval '26 hours')
     GROUP BY actor_id, clinic_id, span
    HAVING count(DISTINCT patient_id) > %(most)s
"""
# A day, as the clinic's calendar has it, also while it lasts.
_NO_TIE = """
    SELECT actor_id::bigint, clinic_id, date_trunc('day', at, %(zone)s) AS span,
           count(DISTINCT coalesce(patient_id::text, object_id)) AS people
      FROM audit_auditentry
     WHERE id > %(after)s AND actor_kind = %(staff)s AND action = %(given)s
       AND at >= %(since)s AND at <= %(now)s AND clinic_id IS NOT NULL
     GROUP BY actor_id, clinic_id, span
    HAVING count(DISTINCT coalesce(patient_id::text, object_id)) > %(most)s
"""


class AlreadySeenError(Exception):
    """Somebody has acknowledged the alarm already."""


class OwnAlarmError(Exception):
    """An alarm is not acknowledged by whom it is about."""


class NoNoteError(Exception):
    """An alarm is acknowledged with a note of 500 characters at most."""


def raise_alarms(*, now: datetime, limits: Limits, zone: str) -> int:
    """Raise what is due for the last days, once each; return how many are new.

    ``zone`` names the time zone in which a day is a day.
    """
    due = [
        *_counted(AlarmKind.MANY_PEOPLE, _MANY_PEOPLE, limits.people_in_an_hour, now, zone),
        *_counted(AlarmKind.NO_TIE, _NO_TIE, limits.without_tie_in_a_day, now, zone),
        *_given(now),
    ]
    there = set(
        Alarm.objects.filter(window__gte=min((one.window for one in due), default=now)).values_list(
            "kind", "staff_id", "clinic_id", "window"
        )
    )
    new = [one for one in due if (one.kind, one.staff_id, one.clinic_id, one.window) not in there]
    _count_on(due)
    # Whoever raises them at the same time is not in the way: each is there once.
    Alarm.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _count_on(due: Iterable[Alarm]) -> None:
    """Let alarms that nobody has acknowledged say how many it is by now: a day is not over."""
    for one in (one for one in due if one.given_id is None):
        same = {"staff_id": one.staff_id, "clinic_id": one.clinic_id, "window": one.window}
        unseen = Alarm.objects.filter(kind=one.kind, seen_at=None, **same)
        unseen.filter(people__lt=one.people).update(people=one.people)


def _counted(
    kind: AlarmKind, statement: str, most: int, now: datetime, zone: str
) -> Iterator[Alarm]:
    parameters: dict[str, Any] = {
        "staff": ActorKind.STAFF.value,
        "look_ups": list(LOOK_UPS),
        "board": BOARD,
        "given": GIVEN,
        "after": _sealed_long_before(now),
        "since": now - LOOKS_BACK,
        "now": now,
        "zone": zone,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: Iterable[tuple[int, int, datetime, int]] = cursor.fetchall()
    for staff_id, clinic_id, window, people in found:
        yield Alarm(
            kind=kind.value,
            staff_id=staff_id,
            clinic_id=clinic_id,
            window=window,
            people=people,
            raised_at=now,
        )


def _sealed_long_before(now: datetime) -> int:
    """Return an id up to which all is older than the days looked at: it was sealed before them."""
    sealed = Seal.objects.filter(sealed_at__lt=now - LOOKS_BACK - LONGEST_TRANSACTION)
    return sealed.order_by("-number").values_list("up_to", flat=True).first() or 0


def _given(now: datetime) -> Iterator[Alarm]:
    entries = AuditEntry.objects.filter(
        pk__gt=_sealed_long_before(now),
        action=GIVEN,
        actor_kind=ActorKind.STAFF,
        clinic_id__isnull=False,
        at__gte=now - LOOKS_BACK,
        at__lte=now,
    )
    for one in entries.order_by("pk"):
        assert one.clinic_id is not None  # as asked for
        yield Alarm(
            kind=AlarmKind.REASON_GIVEN.value,
            staff_id=int(one.actor_id),
            clinic_id=one.clinic_id,
            window=one.at,
            people=1,
            given_id=one.why_id,
            raised_at=now,
        )


@transaction.atomic
def acknowledge(*, alarm_id: UUID, note: str, by: Actor, now: datetime) -> None:
    """Note that an alarm was looked at, and what came of it.

    Raises AlreadySeenError, OwnAlarmError or NoNoteError.
    """
    words = note.strip()
    if not words or len(words) > LONGEST_NOTE:
        raise NoNoteError
    alarm = Alarm.objects.get(pk=alarm_id)
    if str(alarm.staff_id) == by.id:
        raise OwnAlarmError
    unseen = Alarm.objects.filter(pk=alarm_id, seen_at=None)
    if unseen.update(seen_at=now, seen_by=int(by.id), note=words) != 1:
        raise AlreadySeenError
    record(action="alarm.seen", by=by, now=now, object_id=alarm_id, reason=alarm.kind)
