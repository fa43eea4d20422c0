"""`manage.py due_messages`: what would be sent at a moment, why not the rest, and nothing else."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import QuerySet

from appointments.models import Appointment
from appointments.services.booking import cancel
from audit.domain import Actor
from clinics.domain.calendar import OSLO
from mpoxclinic.management.commands import due_messages
from notifications.models import Message
from notifications.services.foresight import PLACEHOLDER
from patients.models import LinkToken
from tests.factories import Day, at, make_booking, make_day, make_patient
from tests.integrity.world import NOW as WORLDS_NOW
from tests.integrity.world import make_world

pytestmark = pytest.mark.django_db
# By day, the week before the clinic day.
NOW = at("12.00") - timedelta(days=9)


@pytest.fixture
def day() -> Day:
    return make_day()


@pytest.fixture
def booked(day: Day) -> Appointment:
    alice = make_patient(given_name="Alice", phone="+4740012345", language="en")
    return make_booking(session=day.session, clock="18.30", patient=alice, now=NOW)


def run(*arguments: str, now: datetime = NOW) -> str:
    out = StringIO()
    with time_machine.travel(now, tick=False):
        call_command("due_messages", *arguments, stdout=out)
    return out.getvalue()


def look(when: datetime) -> Any:
    local = when.astimezone(OSLO).replace(tzinfo=None)
    return json.loads(run("--at", local.isoformat(), "--json"))


def rows_of(found: QuerySet[Any]) -> list[dict[str, Any]]:
    return list(found.order_by("pk").values())


def test_what_is_due_is_shown_with_its_words_and_its_person_by_id(booked: Appointment) -> None:
    seen = look(NOW)

    [news] = seen["would_be_sent"]
    assert (news["kind"], news["channel"], news["language"]) == ("booked", "sms", "en")
    assert news["person"] == str(booked.patient_id)
    assert f"/l/{PLACEHOLDER}/" in news["text"]
    assert "18:30" in news["text"]
    assert seen["at"] == NOW.astimezone(OSLO).isoformat(timespec="minutes")
    assert seen["would_not"] == []
    printed = run("--json") + run()
    assert "Alice" not in printed
    assert "40012345" not in printed


def test_what_comes_later_is_not_due_yet_and_then_it_is(booked: Appointment) -> None:
    def kinds_at(when: datetime) -> set[str]:
        return {row["kind"] for row in look(when)["would_be_sent"]}

    assert "reminder" not in kinds_at(NOW)
    assert "reminder" in kinds_at(booked.slot.starts_at - timedelta(hours=24))


def test_what_is_not_sent_says_why_in_a_code_and_in_words(booked: Appointment) -> None:
    cancel(appointment_id=booked.pk, by=Actor.system(), now=NOW)
    [row] = [one for one in look(NOW)["would_not"] if one["kind"] == "booked"]
    assert (row["reason"], row["words"]) == ("not_booked", "Timen er ikke bestilt lenger.")
    assert "text" not in row


def test_what_waits_for_the_morning_says_until_when(booked: Appointment) -> None:
    reminder = Message.objects.filter(kind="reminder").get()
    night = at("23.00") - timedelta(days=2)
    Message.objects.filter(pk=reminder.pk).update(due_at=night)
    [row] = [one for one in look(night)["would_not"] if one["kind"] == "reminder"]
    assert row["reason"] == "quiet_hours"
    assert row["held_until"] == "2026-11-25T08:00+01:00"


def test_it_reads_as_text_too(booked: Appointment) -> None:
    shown = run()
    assert "1 would be sent, 0 would not." in shown
    assert f"booked sms to {booked.patient_id}, due " in shown
    assert "    " in shown


def test_nothing_is_changed_though_rows_are_planned(
    booked: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(*, now: datetime) -> None:
        Message.objects.create(
            kind="booked",
            channel="email",
            subject_id=booked.pk,
            occasion="planned",
            due_at=now,
            created_at=now,
        )

    monkeypatch.setattr(due_messages, "PLANNERS", (plan,))
    before = rows_of(Message.objects.all()), rows_of(LinkToken.objects.all())

    seen = look(NOW + timedelta(days=1))

    planned = [row for row in seen["would_not"] if row["channel"] == "email"]
    assert [row["reason"] for row in planned] == ["moved"]
    assert (rows_of(Message.objects.all()), rows_of(LinkToken.objects.all())) == before
    # What is due already needs no planning.
    assert not [row for row in look(NOW)["would_not"] if row["channel"] == "email"]


def test_the_planners_of_the_product_run_and_are_undone() -> None:
    make_world()
    before = rows_of(Message.objects.all())
    run("--at", "2026-12-20T12:00", now=WORLDS_NOW)
    assert rows_of(Message.objects.all()) == before


def test_no_kind_makes_a_row_when_it_is_only_looked_at() -> None:
    make_world()
    minted = LinkToken.objects.count()
    writes: list[str] = []

    def refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            writes.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        seen = json.loads(run("--json", now=WORLDS_NOW))

    assert seen["would_be_sent"]
    assert writes == []
    assert LinkToken.objects.count() == minted


def test_an_interrupted_email_is_not_sent_again(booked: Appointment) -> None:
    Message.objects.filter(kind="booked").update(
        channel="email",
        state="claimed",
        attempts=1,
        attempt_started_at=NOW,
        lease_until=NOW,
    )
    [row] = look(NOW)["would_not"]
    assert row["reason"] == "interrupted"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("in an hour", "'in an hour' is not a time."),
        ("", "'' is not a time."),
        ("2026-12-01", "'2026-12-01' has no time of day."),
        ("2026-13-01T09:00", "is not a time."),
        ("1026-12-01T09:00", "is not in this century."),
        ("2027-03-28T02:30", "does not exist: the clocks are set forward over it."),
    ],
)
def test_a_wrong_time_is_refused_with_how_to_write_it(given: str, said: str) -> None:
    with pytest.raises(CommandError, match="Give a day and a time of day as in Oslo") as raised:
        run("--at", given)
    assert said in str(raised.value)
    assert raised.value.returncode == 2


def test_a_time_may_have_an_offset(booked: Appointment) -> None:
    assert json.loads(run("--at", NOW.isoformat(), "--json"))["would_be_sent"]


def test_an_empty_outbox_is_said_to_be_empty() -> None:
    assert run("--at", "2026-12-01T09:00") == (
        "2026-12-01T09:00+01:00: 0 would be sent, 0 would not.\n"
    )


def test_a_hundred_messages_cost_as_many_queries_as_one(
    day: Day, booked: Appointment, django_assert_max_num_queries: Any
) -> None:
    make_booking(session=day.session, now=NOW)
    with django_assert_max_num_queries(60) as two:
        run("--json")
    for _ in range(20):
        make_booking(session=day.session, now=NOW)
    with django_assert_max_num_queries(len(two.captured_queries)):
        run("--json")
