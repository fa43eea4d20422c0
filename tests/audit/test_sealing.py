"""Seals on real PostgreSQL: rows that commit late, two at once, and twenty ways to tamper."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from audit.domain import Actor
from audit.domain.chain import Batch, hash_of, seal
from audit.models import AuditEntry, Seal
from audit.selectors import head
from audit.services import record, record_many, sealing
from audit.services.recording import after_the_seals
from tests.conftest import empty_tables, owner_parameters

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
NURSE = Actor.staff(7, clinic_id=3, role="vaccinator").because("appointment", uuid4())


def write(number: int, *, now: datetime = NOW, by: Actor = NURSE) -> None:
    patients = {uuid4(): uuid4() for _each in range(number)}
    record_many(action="person.read", by=by, now=now, patients=patients, reason="had_a_dose")


def verify(*arguments: str, now: datetime = LATER) -> tuple[int, Any]:
    out, status = StringIO(), 0
    try:
        with time_machine.travel(now, tick=False):
            call_command("verify_audit", "--json", *arguments, stdout=out)
    except SystemExit as left:
        status = int(str(left.code))
    return status, json.loads(out.getvalue())


def wrong(*arguments: str, now: datetime = LATER) -> set[str]:
    status, report = verify(*arguments, now=now)
    assert status == bool(report["faults"])
    assert report["whole"] is not bool(status)
    return {fault["wrong"] for fault in report["faults"]}


@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_after_rows_with_higher_ids_is_in_the_next_seal() -> None:
    columns = "(at, actor_kind, actor_id, role, action, object_id, reason) VALUES"
    with psycopg.connect(**owner_parameters()) as slow:
        slow.execute(
            f"INSERT INTO audit_auditentry {columns} (%s, 'staff', '7', '', 'a.b', '', '')", [NOW]
        )
        write(2)
        assert sealing.seal_entries(now=NOW) == 2
        assert sealing.seal_entries(now=NOW) == 0
        slow.commit()
    assert sealing.seal_entries(now=NOW + timedelta(minutes=1)) == 1
    first, second = Seal.objects.order_by("number")
    assert (first.ids, second.ids, second.up_to) == ("2-3", "1", 3)
    assert wrong() == set()


@pytest.mark.django_db(transaction=True)
def test_what_is_not_committed_or_rolled_back_is_in_no_seal() -> None:
    with transaction.atomic():
        write(3)
        transaction.set_rollback(True)
    write(1)
    assert sealing.seal_entries(now=NOW) == 1
    assert sealing.seal_entries(now=NOW + timedelta(days=3)) == 0
    assert wrong() == set()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_seal_every_row_once() -> None:
    start = Barrier(4)

    def one(number: int) -> int:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            done = 0
            for _each in range(10):
                write(3)
                done += sealing.seal_entries(now=NOW)
            return done
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sealed = sum(pool.map(one, range(4)))
    assert sealed + sealing.seal_entries(now=NOW) == 120
    assert sum(Seal.objects.values_list("entries", flat=True)) == 120
    assert wrong() == set()


@pytest.mark.django_db(transaction=True)
def test_while_a_past_is_written_nobody_seals_and_nothing_is_dated_before_the_seals() -> None:
    write(1)
    sealing.seal_entries(now=NOW)
    write(1)  # what a sealer would find to do

    def at_once() -> int:
        try:
            return sealing.seal_entries(now=LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        with after_the_seals():
            write(2, now=NOW - timedelta(days=30))
            write(1, now=NOW + timedelta(minutes=1))
        assert pool.submit(at_once).result(timeout=30) == 0
    write(1, now=LATER)
    dates = set(AuditEntry.objects.values_list("at", flat=True))
    assert dates == {NOW, NOW + timedelta(minutes=1), LATER}
    assert sealing.seal_entries(now=LATER) == 5
    assert wrong() == set()


@pytest.mark.django_db
def test_a_new_key_breaks_nothing_and_an_old_one_is_still_needed(settings: Any) -> None:
    for key in ("first", "second"):
        settings.AUDIT_KEYS = [key, *settings.AUDIT_KEYS]
        write(1)
        sealing.seal_entries(now=NOW)
    settings.FIELD_ENCRYPTION_KEYS = ["x" * 43]
    assert wrong() == set()
    settings.AUDIT_KEYS = settings.AUDIT_KEYS[:1]
    assert wrong() == {"key_unknown"}


@pytest.mark.django_db
def test_rows_that_wait_too_long_for_their_seal_are_at_fault() -> None:
    write(1)
    assert wrong(now=NOW + timedelta(minutes=9)) == set()
    assert wrong(now=NOW + timedelta(minutes=11)) == {"row_unsealed"}


@pytest.mark.django_db
def test_the_command_speaks_in_words_and_refuses_a_head_that_is_none() -> None:
    write(2)
    sealing.seal_entries(now=NOW)
    newest = head()
    assert newest
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue() == f"2 rows, 1 seals: whole. Head: 1:{newest.hash}\n"
    with pytest.raises(CommandError):
        call_command("verify_audit", "--head", "1:abc")


@contextmanager
def _as_owner() -> Iterator[None]:
    application = connections["default"]
    owner = connections["owner"].copy(alias="default")
    connections["default"] = owner
    try:
        yield
    finally:
        owner.close()
        connections["default"] = application


COPY = (
    "INSERT INTO audit_auditentry (id, at, actor_kind, actor_id, role, action, object_id, reason,"
    " why) SELECT {id}, {at}, actor_kind, actor_id, role, action, object_id, reason, why"
    " FROM audit_auditentry WHERE id = 1"
)
# Rows 1 to 3 and 5 are in seal 1, row 4 came late into seal 2 with 6 to 8; 9 was rolled back; 10 to
# 12 are in seal 3. Each tampering, and what must be said of it.
TAMPERINGS: dict[str, tuple[str, set[str]]] = (
    {
        f"the row's {column} is changed": (
            f"UPDATE audit_auditentry SET {column} = {value} WHERE id = 2",
            {"rows_changed"},
        )
        for column, value in {
            "at": "at + interval '1 microsecond'",
            "actor_kind": "'system'",
            "actor_id": "'8'",
            "role": "'lead'",
            "clinic_id": "4",
            "patient_id": "gen_random_uuid()",
            "action": "'person.seen'",
            "object_id": "''",
            "reason": "'waits'",
            "why": "'case'",
            "why_id": "NULL",
        }.items()
    }
    | {
        "a row has another id": (
            "UPDATE audit_auditentry SET id = 9 WHERE id = 6",
            {"rows_missing", "row_unsealed"},
        ),
        "the first row is gone": ("DELETE FROM audit_auditentry WHERE id = 1", {"rows_missing"}),
        "a row in the middle is gone": (
            "DELETE FROM audit_auditentry WHERE id = 7",
            {"rows_missing"},
        ),
        "the last row is gone": ("DELETE FROM audit_auditentry WHERE id = 12", {"rows_missing"}),
        "all rows are gone": ("DELETE FROM audit_auditentry", {"rows_missing"}),
        "two rows have changed places": (
            (
                "UPDATE audit_auditentry a SET patient_id = b.patient_id FROM audit_auditentry b"
                " WHERE (a.id, b.id) IN ((2, 6), (6, 2))"
            ),
            {"rows_changed"},
        ),
        "a row is put between sealed ones": (COPY.format(id=9, at="at"), {"row_unsealed"}),
        "it is dated to come": (COPY.format(id=9, at="at + interval '9 years'"), {"row_unsealed"}),
        "a row is put at the end": (COPY.format(id=13, at="at"), {"row_unsealed"}),
        "the first seal is gone": (
            "DELETE FROM audit_seal WHERE number = 1",
            {"seals_missing", "row_unsealed"},
        ),
        "a seal in the middle is gone": (
            "DELETE FROM audit_seal WHERE number = 2",
            {"seals_missing", "row_unsealed"},
        ),
        "the newest seal is gone": (
            "DELETE FROM audit_seal WHERE number = 3",
            {"head_missing", "row_unsealed"},
        ),
        "the newest seal is gone with its rows": (
            "DELETE FROM audit_seal WHERE number = 3; DELETE FROM audit_auditentry WHERE id >= 10",
            {"head_missing"},
        ),
        "all seals are gone": ("DELETE FROM audit_seal", {"head_missing", "row_unsealed"}),
        "two seals have changed places": (
            (
                "UPDATE audit_seal SET number = 5 - number + 4 WHERE number > 1;"
                "UPDATE audit_seal SET number = number - 4 WHERE number > 3"
            ),
            {"seal_changed", "chain_broken", "head_differs"},
        ),
        "a seal is there twice": (
            (
                "INSERT INTO audit_seal SELECT 4, hash, ids, entries, first_id, last_id, up_to,"
                " rows_hash, sealed_at, key_id, hash, mac FROM audit_seal WHERE number = 3"
            ),
            {"seal_changed", "row_sealed_twice"},
        ),
        "a row is moved to another seal": (
            (
                "UPDATE audit_seal SET ids = '1-2,5' WHERE number = 1;"
                "UPDATE audit_seal SET ids = '3-4,6-8' WHERE number = 2"
            ),
            {"seal_changed", "rows_changed"},
        ),
    }
    | {
        f"the seal's {column} is changed": (
            f"UPDATE audit_seal SET {column} = {value} WHERE number = 2",
            {"seal_changed"},
        )
        for column, value in {
            "previous": "repeat('0', 64)",
            "entries": "entries + 1",
            "first_id": "first_id - 1",
            "last_id": "last_id + 1",
            "up_to": "up_to + 1",
            "rows_hash": "repeat('0', 64)",
            "sealed_at": "sealed_at + interval '1 second'",
            "key_id": "'0'",
            "hash": "repeat('0', 64)",
            "ids": "'nonsense'",
        }.items()
    }
)


def recompute(number: int, key: str | None) -> None:
    """Make a seal fit what its rows now are, as one who knows the code but no key would."""
    old = Seal.objects.get(number=number)
    ids = [2, 3, 5] if number == 1 else [10, 11, 12]
    batch = Batch()
    for row in AuditEntry.objects.filter(pk__in=ids).order_by("pk").values_list():
        batch.add(row)
    kept = {"number": number, "previous": old.previous, "sealed_at": old.sealed_at}
    made = vars(seal(batch, **kept, up_to=old.up_to, key=key or "guessed"))
    if key is None:
        made |= {"key_id": old.key_id, "mac": old.mac}
        made["hash"] = hash_of(type(old.as_domain())(**made))
    Seal.objects.filter(number=number).update(**made)


@pytest.mark.django_db(transaction=True)
def test_every_tampering_of_the_owner_is_found_and_named(settings: Any) -> None:
    empty_tables()  # ids from 1 on, which the tamperings name
    with psycopg.connect(**owner_parameters()) as slow:
        write(3)
        slow.execute("SELECT nextval('audit_auditentry_id_seq')")
        write(1)
        sealing.seal_entries(now=NOW)
    by = Actor.staff(9, clinic_id=3, role="lead")
    with _as_owner():
        AuditEntry.objects.create(pk=4, at=NOW, actor_kind="staff", actor_id="9", action="a.b")
    write(3, by=by)
    settings.AUDIT_KEYS = ["k2", *settings.AUDIT_KEYS]
    sealing.seal_entries(now=NOW + timedelta(minutes=1))
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    write(3)
    sealing.seal_entries(now=NOW + timedelta(minutes=2))
    assert [one.ids for one in Seal.objects.order_by("number")] == ["1-3,5", "4,6-8", "10-12"]
    kept = head()
    assert kept
    with_head = ("--head", f"{kept.number}:{kept.hash}")
    assert wrong(*with_head) == set()

    missed = {}
    with _as_owner(), transaction.atomic():
        for name, (statements, due) in TAMPERINGS.items():
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(statements)
                said = wrong(*with_head)
                transaction.set_rollback(True)
            if not due <= said:
                missed[name] = said
        for key, due in {None: "seal_forged", "guessed": "key_unknown"}.items():
            with transaction.atomic():
                AuditEntry.objects.filter(pk=10).update(actor_id="8")
                recompute(3, key)
                said = wrong(*with_head)
                transaction.set_rollback(True)
            if not {due, "head_differs"} <= said:
                missed[due] = said
        with transaction.atomic():
            write(1, now=NOW - timedelta(days=1))
            sealing.seal_entries(now=NOW + timedelta(minutes=3))
            said = wrong(*with_head)
            transaction.set_rollback(True)
        if said != {"row_backdated"}:
            missed["backdated"] = said
    assert missed == {}
    assert len(TAMPERINGS) > 30
    assert wrong(*with_head) == set()


@pytest.mark.django_db
def test_sealing_costs_the_same_however_much_is_sealed(django_assert_max_num_queries: Any) -> None:
    for _each in range(30):
        record(action="person.read", by=NURSE, now=NOW)
        sealing.seal_entries(now=NOW)
    write(20)
    with django_assert_max_num_queries(9):
        sealing.seal_entries(now=NOW)
