"""The drill: a backup while people book, everything destroyed, everything back. And refusals."""

import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from threading import Event

import psycopg
import pyrage
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from appointments.models import Appointment
from appointments.services.seats import SlotUnavailableError
from audit.models import AuditEntry, Seal
from audit.services.sealing import seal_entries
from clinics.models import Clinic
from mpoxclinic.backup import programs, restoring, writing
from mpoxclinic.backup.container import Incoming, Outgoing
from mpoxclinic.backup.keys import new_pair, read_identities
from mpoxclinic.backup.manifest import Manifest
from tests.conftest import owner_parameters
from tests.factories import BEFORE, make_booking, make_clinic, make_session

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

BOOKING_AT_ONCE = 2
DESTROYED = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
FAILED, TO_MIGRATE = 2, 3


@pytest.fixture
def keys(settings, tmp_path):
    recipient, identity = new_pair()
    settings.BACKUP_RECIPIENTS = [recipient]
    file = tmp_path / "identity"
    file.write_text(f"# kept elsewhere\n{identity}\n")
    return file


@pytest.fixture(autouse=True)
def _before_the_day():
    with time_machine.travel(BEFORE, tick=True):
        yield


def run(*arguments, **options):
    """Run a command; return its exit status and what it said, on either channel."""
    out = StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=out, **options)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def backed_up(folder):
    status, said = run("backup", folder)
    assert status == 0, said
    [file] = folder.glob("*.age")
    return file, said


def as_owner(statement):
    with psycopg.connect(**owner_parameters()) as asked:
        asked.execute(statement)


def counts():
    tables = connection.introspection.table_names()
    with connection.cursor() as asked:
        found = {}
        for table in tables:
            asked.execute(f'SELECT count(*) FROM "{table}"')
            [[found[table]]] = asked.fetchall()
    return found


def keep_booking(session, stop, enough):
    """Book one person after the other until told to stop; return how many."""
    booked = 0
    try:
        while not stop.is_set() and booked < 150:
            try:
                make_booking(session=session)
            except SlotUnavailableError:
                continue
            booked += 1
            if booked > 5:
                enough.set()
    finally:
        connections.close_all()
        enough.set()
    return booked


def test_what_was_destroyed_is_back_as_it_was_at_one_moment(own_database, keys, tmp_path, capsys):
    clinics = [make_clinic(slug=f"drill-{number}") for number in range(BOOKING_AT_ONCE)]
    sessions = [make_session(clinic=clinic, stations=8, hours=6) for clinic in clinics]
    stop, enough = Event(), Event()
    with ThreadPoolExecutor(BOOKING_AT_ONCE) as people:
        going_on = [people.submit(keep_booking, each, stop, enough) for each in sessions]
        enough.wait(timeout=60)
        before = Appointment.objects.count()
        seal_entries(now=timezone.now())
        seals = Seal.objects.count()
        file, made = backed_up(tmp_path / "backups")
        stop.set()
        booked = sum(each.result() for each in going_on)
    assert Appointment.objects.count() == booked > before, "people booked while it was made"
    as_owner(DESTROYED)
    assert counts() == {}

    status, said = run("restore", file, identity=keys)

    with capsys.disabled():
        sys.stdout.write(f"\n  {made.strip()}\n  {said.strip()}\n")  # the drill's times
    assert (status, "invariants hold" in said) == (0, True), said
    assert 0 < seals == manifest_of(file, keys).counts["audit_seal"], said
    manifest = restoring._read_through(file, read_identities(keys))
    assert counts() == manifest.counts | {"audit_seal": Seal.objects.count()}
    assert before <= manifest.counts["appointments_appointment"] <= booked
    assert manifest.counts["audit_auditentry"] == AuditEntry.objects.count() > 0
    # The application works on, and is still refused what it was refused.
    make_booking(session=sessions[0])
    for change in ("UPDATE audit_auditentry SET reason = 'x'", "DELETE FROM audit_auditentry"):
        with (
            pytest.raises(Exception, match="permission denied"),
            connection.cursor() as asked,
        ):
            asked.execute(change)
    # On the disk there is one file, for its owner only, and no name in it.
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"PGDMP" not in file.read_bytes()
    # Restoring over it needs the database's name; the same backup twice is the same database.
    for wrong in ("", "mpox"):
        status, said = run("restore", file, identity=keys, replace=wrong)
        assert (status, own_database in said) == (FAILED, True), said
    status, said = run("restore", file, identity=keys, replace=own_database)
    assert status == 0, said
    assert counts() == manifest.counts | {"audit_seal": Seal.objects.count()}


def manifest_of(file, keys):
    return restoring._read_through(file, read_identities(keys))


def wrapped(recipients, manifest, dump):
    """Encrypt anything as if it were a dump."""
    out = io.BytesIO()
    pyrage.encrypt_io(Outgoing(manifest, io.BytesIO(dump), lambda: None), out, recipients)
    return out.getvalue()


def test_what_is_no_whole_backup_of_ours_changes_nothing(own_database, keys, tmp_path, settings):
    """Each refusal has its words and status 2, and the database is as it was."""
    make_clinic()
    file, _ = backed_up(tmp_path / "backups")
    whole = file.read_bytes()
    to = [pyrage.x25519.Recipient.from_str(settings.BACKUP_RECIPIENTS[0])]
    manifest = restoring._read_through(file, read_identities(keys))
    dump = plain_dump(whole, keys)
    other = tmp_path / "other"
    other.write_text(new_pair()[1])
    garbled = tmp_path / "garbled"
    garbled.write_text("AGE-SECRET-KEY-NOT")
    newer = Manifest(BEFORE, manifest.migrations | {"clinics.9999_later"}, {}, 18)
    miscounted = Manifest(BEFORE, manifest.migrations, {"clinics_clinic": 7}, 18)
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    troubles = [
        ("not one that this backup", whole, other),
        ("no identity", whole, garbled),
        ("cannot be read", whole, tmp_path / "missing"),
        *(("cut off or changed", whole[:size], keys) for size in (0, 10, middle, len(whole) - 1)),
        ("cut off or changed", flipped, keys),
        ("cut off or changed", whole + b"x", keys),
        ("cut off or changed", dump, keys),
        ("not a backup of ours", pyrage.encrypt(b"anything\n" * 20, to), keys),
        ("not a backup of ours", pyrage.encrypt(b"x" * (2 << 20), to), keys),
        ("check sum", pyrage.encrypt(manifest.as_line() + dump + b"0" * 64, to), keys),
        ("pg_restore failed", wrapped(to, manifest, dump[: len(dump) // 2]), keys),
        ("pg_restore failed", wrapped(to, manifest, b"no dump at all"), keys),
        ("newer than this code", wrapped(to, newer, dump), keys),
        ("another number of rows", wrapped(to, miscounted, dump), keys),
    ]
    before = counts()
    changed = tmp_path / "changed.age"
    for words, content, identity in troubles:
        changed.write_bytes(content)
        status, said = run("restore", changed, identity=identity, replace=own_database)
        assert (status, words in said) == (FAILED, True), (words, said)
        assert counts() == before, words
        assert Clinic.objects.count() == 1, words
    status, said = run("restore", tmp_path / "none.age", identity=keys, replace=own_database)
    assert (status, "No such file" in said) == (FAILED, True), said
    # An older one is restored, and says what to do then.
    older = Manifest(BEFORE, manifest.migrations - {"audit.0001_initial"}, manifest.counts, 18)
    changed.write_bytes(wrapped(to, older, dump))
    status, said = run("restore", changed, identity=keys, replace=own_database)
    assert (status, "migrate" in said) == (TO_MIGRATE, True), said


def test_who_forgot_to_stop_a_worker_is_told_so(own_database, keys, tmp_path, monkeypatch):
    make_clinic()
    file, _ = backed_up(tmp_path / "backups")
    before = counts()
    patience = "-c client_min_messages=error -c lock_timeout=300ms"
    monkeypatch.setitem(restoring.FOR_PSQL, "PGOPTIONS", patience)
    with psycopg.connect(**owner_parameters()) as worker:
        worker.execute("SELECT 1 FROM clinics_clinic")
        status, said = run("restore", file, identity=keys, replace=own_database)
    assert (status, "stop the web servers" in said) == (FAILED, True), said
    assert counts() == before


def plain_dump(whole, keys):
    """Open a backup as the documentation says, with plain means."""
    plain = pyrage.decrypt(whole, read_identities(keys))
    return plain.partition(b"\n")[2][:-64]


class FullDisk:
    def __init__(self, file):
        self.file, self.room = file, 20_000

    def write(self, data):
        self.room -= len(data)
        if self.room < 0:
            raise OSError(28, "No space left on device")
        return self.file.write(data)

    def __getattr__(self, name):
        return getattr(self.file, name)


def test_a_backup_that_fails_leaves_no_file_and_says_why(
    own_database, keys, tmp_path, settings, monkeypatch
):
    folder = tmp_path / "backups"
    recipients = settings.BACKUP_RECIPIENTS
    empty, old, lame = (tmp_path / name for name in ("empty", "old", "lame"))
    for tools, script in (
        (empty, None),
        (old, "echo 'pg_dump (PostgreSQL) 9.6'"),
        (lame, "case $1 in --version) echo '(PostgreSQL) 99';; *) echo no >&2; exit 3;; esac"),
    ):
        tools.mkdir()
        for name in ("pg_dump", "pg_restore", "psql") if script else ():
            (tools / name).write_text(f"#!/bin/sh\n{script}\n")
            (tools / name).chmod(0o755)
    troubles = [
        ("MPOX_BACKUP_RECIPIENTS is not set", {"recipients": []}),
        ("is no recipient", {"recipients": ["age1nonsense"]}),
        ("pg_dump is not in", {"bin": empty}),
        ("is of PostgreSQL 9", {"bin": old}),
        ("pg_dump failed (exit status 3): no", {"bin": lame}),
        ("No space left on device", {"full": True}),
    ]
    for words, trouble in troubles:
        settings.BACKUP_RECIPIENTS = trouble.get("recipients", recipients)
        with monkeypatch.context() as changed:
            if "bin" in trouble:
                changed.setenv("MPOX_PG_BIN", str(trouble["bin"]))
            if "full" in trouble:
                changed.setattr(writing.os, "fdopen", full(os.fdopen))
            status, said = run("backup", folder)
        assert (status, words in said) == (FAILED, True), (words, said)
        assert not list(folder.glob("*")) if folder.exists() else True, words
    # The password of a database is in no program's arguments.
    monkeypatch.setitem(connections["owner"].settings_dict, "PASSWORD", "hidden-word")
    found = programs.find_programs(connections["owner"])
    assert "hidden-word" not in found.conninfo
    assert found.environment["PGPASSWORD"] == "hidden-word"


def full(fdopen):
    @contextmanager
    def opened(*how):
        with fdopen(*how) as file:
            yield FullDisk(file)

    return opened


def test_old_backups_end_and_the_newest_stays(tmp_path, keys, own_database):
    names = [f"mpoxclinic-2026{day}T020000Z.age" for day in ("0901", "1020", "1101")]
    for name in [*names, "mpoxclinic-notes.age"]:
        (tmp_path / name).write_text("")
    status, said = run("backup", tmp_path, keep_days=30)
    assert (status, said.count("removed")) == (0, 2), said
    left = sorted(path.name for path in tmp_path.glob("*.age"))
    assert len(left) == 3
    assert names[2] in left
    for wrong in (0, -1):
        assert run("backup", tmp_path, keep_days=wrong)[0] == FAILED


def test_a_dump_passes_through_in_blocks_and_its_end_last():
    for size in (0, 1, 63, 64, 65, 65_535, 65_536, 65_537, 300_000):
        passes_through(os.urandom(size))


def passes_through(dump):
    manifest = Manifest(BEFORE, frozenset({"a.0001"}), {"t": 1}, 18)
    out = Outgoing(manifest, io.BytesIO(dump), lambda: None)
    plain = b"".join(iter(lambda: out.read(8192), b""))
    into, told = io.BytesIO(), []
    incoming = Incoming(lambda said: told.append(said) or into)
    for start in range(0, len(plain), 5000):
        incoming.write(plain[start : start + 5000])
        assert len(into.getvalue()) < max(len(dump), 1), "the end waits for the check sum"
    incoming.close()
    assert (into.getvalue(), told) == (dump, [manifest])
