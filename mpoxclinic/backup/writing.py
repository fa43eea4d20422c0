"""Make a backup: one snapshot, counted and dumped, encrypted on its way to the disk."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

import psycopg
import pyrage
from django.db import connections
from psycopg import sql

from mpoxclinic.backup.container import Outgoing
from mpoxclinic.backup.failures import BackupError
from mpoxclinic.backup.manifest import Manifest
from mpoxclinic.backup.programs import Programs, find_programs

NAME, ENDING = "mpoxclinic-%Y%m%dT%H%M%SZ", ".age"
# Whoever was logged in when it was made must not be so again when it is restored.
LEFT_OUT = ("django_session",)
READ_ONE_MOMENT = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"


@dataclass(frozen=True)
class Written:
    """A backup that lies on the disk."""

    path: Path
    size: int
    manifest: Manifest


def write_backup(folder: Path, recipients: Sequence[Any], *, now: datetime) -> Written:
    """Write the whole database, as it is at one moment, to a new file in ``folder``.

    The file gets its name when all of it is on the disk. Raises ``BackupError``; then no file is
    left, or one that was there before.
    """
    path = folder / (now.strftime(NAME) + ENDING)
    programs = find_programs(connections["owner"])
    with _naming_the_disk(folder), _new_file(path) as file, _snapshot() as (asked, snapshot):
        manifest = _describe(asked, now)
        with _dumping(programs, snapshot) as (dump, finish):
            _encrypt(Outgoing(manifest, dump, finish), file, recipients)
        size = file.tell()
    return Written(path, size, manifest)


def drop_old(folder: Path, *, older_than: timedelta, now: datetime) -> list[Path]:
    """Remove this folder's backups that are older; the newest stays. Return what was removed.

    What was erased lives on in backups, so they must end too.
    """
    limit = (now - older_than).strftime(NAME) + ENDING
    backups = sorted(folder.glob(f"mpoxclinic-????????T??????Z{ENDING}"))
    old = [path for path in backups[:-1] if path.name < limit]
    for path in old:
        path.unlink(missing_ok=True)
    return old


@contextmanager
def _naming_the_disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"No backup was written to {folder}: {error.strerror}.") from error


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a file of another name, for its owner only; name it once it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename it takes no other's place
    except FileExistsError as error:
        raise BackupError(f"{path} is there already.") from error
    finally:
        Path(draft).unlink()
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _snapshot() -> Iterator[tuple["psycopg.Cursor[Any]", str]]:
    """Hold one moment of the database, and its name for pg_dump."""
    parameters = connections["owner"].get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as asked, asked.cursor() as cursor:
        cursor.execute(READ_ONE_MOMENT)
        cursor.execute("SELECT pg_export_snapshot()")
        [name] = cursor.fetchall()[0]
        yield cursor, str(name)


def _describe(asked: "psycopg.Cursor[Any]", now: datetime) -> Manifest:
    asked.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind = 'r' ORDER BY relname"
    )
    counts = {}
    for [table] in asked.fetchall():
        asked.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table)))
        [[number]] = asked.fetchall()
        counts[str(table)] = 0 if table in LEFT_OUT else int(number)
    if "django_migrations" not in counts:
        raise BackupError("The database holds no tables of ours: there is nothing to back up.")
    asked.execute("SELECT app || '.' || name FROM django_migrations")
    migrations = frozenset(str(name) for [name] in asked.fetchall())
    return Manifest(now, migrations, counts, asked.connection.info.server_version // 10000)


@contextmanager
def _dumping(programs: Programs, snapshot: str) -> Iterator[tuple[IO[bytes], Any]]:
    """Run pg_dump; give what it writes, and what raises unless it ended well."""
    command = [programs.named("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    command += [f"--exclude-table-data=public.{table}" for table in LEFT_OUT]
    command += [f"--snapshot={snapshot}", "--no-password", f"--dbname={programs.conninfo}"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env=programs.environment,
        ) as dump,
    ):

        def finish() -> None:
            if dump.wait() != 0:
                said.seek(0)
                words = said.read(2000).decode(errors="replace").strip()
                raise BackupError(f"pg_dump failed (exit status {dump.returncode}): {words}")

        assert dump.stdout is not None
        try:
            yield dump.stdout, finish
        finally:
            dump.kill()


def _encrypt(source: Outgoing, file: IO[bytes], recipients: Sequence[Any]) -> None:
    """Encrypt block by block. What fails inside arrives as it was, not as age's own error."""
    guarded = _Remembering(source, file)
    try:
        pyrage.encrypt_io(guarded, guarded, recipients)
    except (pyrage.EncryptError, OSError):
        if guarded.error is not None:
            raise guarded.error from None
        raise


class _Remembering:
    """Reads from one, writes to another, and keeps what either raised: age tells only its words."""

    def __init__(self, source: Outgoing, file: IO[bytes]) -> None:
        self._source, self._file = source, file
        self.error: Exception | None = None

    def read(self, size: int) -> bytes:
        try:
            return self._source.read(size)
        except (BackupError, OSError) as error:
            self.error = error
            raise

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError as error:
            self.error = error
            raise
