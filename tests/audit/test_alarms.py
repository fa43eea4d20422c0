"""Alarms: many look-ups, many opened without a tie, and each reason that is given."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from audit.domain import Actor
from audit.domain.alarms import Limits
from audit.domain.why import GivenCode
from audit.models import Alarm, AuditEntry
from audit.services import alarms, record_many
from audit.services.giving_reasons import ReasonTooShortOrLongError, give_reason

# 23.10 in Oslo: the day's end is near.
NOW = datetime(2026, 3, 2, 22, 10, tzinfo=UTC)
LIMITS = Limits(people_in_an_hour=3, without_tie_in_a_day=2)
NURSE = Actor.staff(7, clinic_id=3, role="vaccinator")
AUDITOR = Actor.staff(8, clinic_id=3, role="auditor")
AN_HOUR_AGO = NOW - timedelta(hours=1)


def read(
    number: int, *, at: datetime = AN_HOUR_AGO, action: str = "person.read", by: Actor = NURSE
) -> list:
    patients = {uuid4(): "" for _each in range(number)}
    record_many(action=action, by=by, now=at, patients=patients)
    return list(patients)


def give(number: int = 1, *, at: datetime = AN_HOUR_AGO, by: Actor = NURSE) -> None:
    for each in range(number):
        give_reason(
            patient_id=uuid4(),
            object_id="",
            code=GivenCode.CONTACT,
            text="Ringer om en gammel time",
            by=by,
            now=at + timedelta(seconds=each),
        )


def raised(now: datetime = NOW) -> list[tuple[str, int, int, int]]:
    alarms.raise_alarms(now=now, limits=LIMITS, zone="Europe/Oslo")
    found = Alarm.objects.order_by("kind", "staff_id", "clinic_id", "window")
    return list(found.values_list("kind", "staff_id", "clinic_id", "people"))


@pytest.mark.django_db
def test_who_looks_up_many_in_an_hour_besides_their_boards_is_told_of() -> None:
    read(3)
    read(4, by=Actor.staff(9, clinic_id=3))
    for clinic in (4, 5):
        read(2, by=Actor.staff(9, clinic_id=clinic))
    read(9, at=NOW)  # the hour is not over
    read(9, at=NOW - timedelta(days=4))
    read(9, by=Actor.patient(uuid4()))
    read(9, action="waiting_list.read")
    [same] = read(1, by=Actor.staff(10, clinic_id=3))
    for _again in range(5):
        record_many(
            action="person.read",
            by=Actor.staff(10, clinic_id=3),
            now=AN_HOUR_AGO,
            patients={same: ""},
        )
    on_board = read(
        9, action="board.read", at=NOW - timedelta(hours=5), by=Actor.staff(11, clinic_id=3)
    )
    record_many(
        action="patient.read",
        by=Actor.staff(11, clinic_id=3),
        now=AN_HOUR_AGO,
        patients=dict.fromkeys(on_board, ""),
    )
    assert raised() == [("many_people", 9, 3, 4)]
    # Another's board is no excuse, and the next hour is an alarm of its own.
    record_many(
        action="patient.read",
        by=Actor.staff(12, clinic_id=3),
        now=AN_HOUR_AGO,
        patients=dict.fromkeys(on_board, ""),
    )
    assert raised(NOW + timedelta(hours=1)) == [
        ("many_people", 7, 3, 9),
        ("many_people", 9, 3, 4),
        ("many_people", 12, 3, 9),
    ]


@pytest.mark.django_db
def test_whoever_looks_after_the_log_is_told_of_too_who_opens_many_in_it() -> None:
    """The page of one person's entries names the person: going through them is looking up."""
    read(3, action="access_log.read", by=AUDITOR)
    assert raised() == []
    read(1, action="access_log.exported", by=AUDITOR)
    assert raised() == [("many_people", 8, 3, 4)]


@pytest.mark.django_db
def test_each_given_reason_is_told_of_and_many_in_a_day_once_more() -> None:
    give(2)
    give(3, at=NOW - timedelta(days=1), by=Actor.staff(9, clinic_id=3))
    # Four in 24 hours, but midnight in Oslo lies between them.
    give(2, by=Actor.staff(10, clinic_id=3))
    give(2, at=NOW + timedelta(hours=1), by=Actor.staff(10, clinic_id=3))
    found = raised(NOW + timedelta(hours=2))
    assert [one for one in found if one[0] == "no_tie"] == [("no_tie", 9, 3, 3)]
    assert len([one for one in found if one[0] == "reason_given"]) == 9
    reasons = Alarm.objects.filter(kind="reason_given").values_list("given_id", flat=True)
    assert set(reasons) == set(AuditEntry.objects.values_list("why_id", flat=True))
    assert raised(NOW + timedelta(hours=2)) == found
    # The day goes on: the alarm says how many it is by now, until somebody has looked at it.
    give(2, at=NOW - timedelta(hours=25), by=Actor.staff(9, clinic_id=3))
    assert ("no_tie", 9, 3, 5) in raised(NOW + timedelta(hours=2))
    alarms.acknowledge(
        alarm_id=Alarm.objects.get(kind="no_tie").pk, note="Spurt", by=AUDITOR, now=NOW
    )
    give(1, at=NOW - timedelta(hours=26), by=Actor.staff(9, clinic_id=3))
    assert ("no_tie", 9, 3, 5) in raised(NOW + timedelta(hours=2))


@pytest.mark.django_db(transaction=True)
def test_raised_twice_at_once_each_is_there_once() -> None:
    give(3)
    read(9)
    start = Barrier(4)

    def one(_number: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            alarms.raise_alarms(now=NOW, limits=LIMITS, zone="Europe/Oslo")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    assert Alarm.objects.count() == 5


@pytest.mark.django_db
def test_an_alarm_is_acknowledged_once_with_a_note_and_not_by_whom_it_is_about() -> None:
    give()
    raised()
    alarm = Alarm.objects.get()
    about = {"alarm_id": alarm.pk, "now": NOW}
    with pytest.raises(alarms.OwnAlarmError):
        alarms.acknowledge(note="Det var meg", by=NURSE, **about)
    for words in ("", "  ", "x" * 501):
        with pytest.raises(alarms.NoNoteError):
            alarms.acknowledge(note=words, by=AUDITOR, **about)
    alarms.acknowledge(note="Snakket med Kari", by=AUDITOR, **about)
    with pytest.raises(alarms.AlreadySeenError):
        alarms.acknowledge(note="Jeg også", by=AUDITOR, **about)
    alarm.refresh_from_db()
    assert (alarm.seen_by, alarm.note, alarm.seen_at) == (8, "Snakket med Kari", NOW)
    seen = AuditEntry.objects.get(action="alarm.seen")
    assert (seen.object_id, seen.actor_id, seen.reason) == (str(alarm.pk), "8", "reason_given")


@pytest.mark.django_db
def test_a_reason_of_too_few_or_too_many_words_is_none() -> None:
    for words in ("", "kort", "x" * 201, "a  " * 3):
        with pytest.raises(ReasonTooShortOrLongError):
            give_reason(
                patient_id=uuid4(),
                object_id="",
                code=GivenCode.OTHER,
                text=words,
                by=NURSE,
                now=NOW,
            )
    assert not AuditEntry.objects.exists()
