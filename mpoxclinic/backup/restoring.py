"""Restore a backup in one transaction: all of it is there afterwards, or nothing has changed.

``pg_restore`` turns the dump into statements for ``psql``. The transaction's COMMIT is written by
us, and only when the file was whole, its sum right and ``pg_restore`` content: whatever breaks
before, the connection ends without it and PostgreSQL takes everything back.
"""

import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage
from django.apps import apps
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from mpoxclinic.backup.container import Incoming, Writable
from mpoxclinic.backup.failures import BackupError
from mpoxclinic.backup.manifest import Manifest
from mpoxclinic.backup.programs import Programs, find_programs
from mpoxclinic.database_roles import grant_application_role

# Who forgot to stop a worker is told so, and does not wait for ever.
FOR_PSQL = {"PGOPTIONS": "-c client_min_messages=error -c lock_timeout=15s"}
EMPTIED = "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"


@dataclass(frozen=True)
class Restored:
    """A database that is as it was when the backup was made."""

    manifest: Manifest
    to_migrate: tuple[str, ...]


def restore_backup(path: Path, identities: Sequence[Any], *, replace: str = "") -> Restored:
    """Restore a backup into the owner's database, and then give the application its rights.

    The database must be empty, or ``replace`` be its name. Raises ``BackupError``; then nothing
    was changed.
    """
    owner = connections["owner"]
    programs = find_programs(owner)
    occupied = _must_be_free(replace)
    manifest = _read_through(path, identities)  # before anybody waits for a lock
    to_migrate = _must_be_known(manifest)
    owner.close()
    with _one_transaction(programs) as statements:
        if occupied:
            statements.write(EMPTIED.encode())
            statements.flush()
        with _translating(programs, statements) as dump:
            _decrypt(path, identities, Incoming(lambda _manifest: dump))
        statements.write(_counts_must_be(manifest).encode())
        statements.write(b"COMMIT;\n")
    grant_application_role(owner)
    _forget_connections()
    return Restored(manifest, to_migrate)


def _must_be_free(replace: str) -> bool:
    """Say whether there is something to replace. Raises ``BackupError`` when nobody said so."""
    owner = connections["owner"]
    name = str(owner.settings_dict["NAME"])
    if replace and replace != name:
        raise BackupError(f"--replace names {replace}, and the database is {name}.")
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')"
        )
        [[number]] = cursor.fetchall()
    if number and not replace:
        raise BackupError(
            f"The database {name} is not empty, and restoring removes all that is in it: "
            f"say so with --replace {name}."
        )
    return bool(number)


def _must_be_known(manifest: Manifest) -> tuple[str, ...]:
    """List the migrations that the backup lacks. Raises ``BackupError`` where the code lacks some.

    Of our own apps only: an older backup may hold those of an app that is gone since.
    """
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    newer = sorted(
        name
        for name in manifest.migrations - known
        if name.partition(".")[0] in {config.label for config in apps.get_app_configs()}
    )
    if newer:
        raise BackupError(
            f"The backup is newer than this code, which does not know {', '.join(newer[:5])}: "
            "restore it with the version that made it, or a newer one."
        )
    return tuple(sorted(known - manifest.migrations))


def _read_through(path: Path, identities: Sequence[Any]) -> Manifest:
    """Decrypt all of a file to nowhere, and return its manifest."""
    found: list[Manifest] = []

    def began(manifest: Manifest) -> Writable:
        found.append(manifest)
        return _Nowhere()

    _decrypt(path, identities, Incoming(began))
    return found[0]


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)


def _decrypt(path: Path, identities: Sequence[Any], into: Incoming) -> None:
    guarded = _Remembering(into)
    try:
        with path.open("rb") as file:
            pyrage.decrypt_io(file, guarded, identities)
    except (pyrage.DecryptError, OSError) as error:
        if guarded.error is not None:
            raise guarded.error from None
        raise BackupError(_why_not(error, path)) from error
    into.close()


def _why_not(error: Exception, path: Path) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return f"{path} cannot be read: {error.strerror}."
    if "No matching keys" in str(error):
        return "The identity is not one that this backup was encrypted to."
    return f"{path} is no backup, or is cut off or changed ({error})."


class _Remembering:
    """Passes on what is decrypted and keeps what that raised: age tells only its words."""

    def __init__(self, into: Incoming) -> None:
        self._into = into
        self.error: Exception | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._into.write(data)
        except (BackupError, OSError) as error:
            self.error = error
            raise

    def flush(self) -> None:
        pass


@contextmanager
def _one_transaction(programs: Programs) -> Iterator[IO[bytes]]:
    """Give a file for statements; they count when COMMIT is among them and psql is content."""
    command = [programs.named("psql"), "--no-psqlrc", "--quiet", "--no-password", "--file=-"]
    command += ["--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse", f"--dbname={programs.conninfo}"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=programs.environment | FOR_PSQL,
        ) as psql,
    ):
        assert psql.stdin is not None
        broken: Exception | None = None
        try:
            psql.stdin.write(b"BEGIN;\n")
            psql.stdin.flush()
            yield psql.stdin
            psql.stdin.close()
        except (OSError, BackupError) as error:
            broken = error
        except BaseException:
            psql.kill()
            raise
        _end(psql)
        words = _words_of(said)
        if "lock timeout" in words:
            words = "somebody is using the database: stop the web servers and the worker first."
        if psql.returncode != 0:
            raise BackupError(f"PostgreSQL refused, and nothing was changed: {words}") from broken
        if broken is not None:
            raise broken


def _end(psql: "subprocess.Popen[bytes]") -> None:
    """Let psql come to the end of what it was given; without COMMIT that takes all back."""
    assert psql.stdin is not None
    with suppress(OSError):
        psql.stdin.close()
    psql.wait()


@contextmanager
def _translating(programs: Programs, statements: IO[bytes]) -> Iterator[IO[bytes]]:
    """Give a file for the dump, whose statements pg_restore writes among the others."""
    command = [programs.named("pg_restore"), "--file=-", "--no-owner", "--no-privileges"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [*command, "--exit-on-error"],
            stdin=subprocess.PIPE,
            stdout=statements,
            stderr=said,
            env=programs.environment,
        ) as restore,
    ):
        assert restore.stdin is not None
        try:
            yield restore.stdin
            restore.stdin.close()
        except OSError:
            restore.wait()  # it went first, and says why below; or psql did, and says why itself
        except BaseException:
            restore.kill()
            raise
        finally:
            with suppress(OSError):
                restore.stdin.close()
        if restore.wait() != 0:
            raise BackupError(f"pg_restore failed, and nothing was changed: {_words_of(said)}")


def _words_of(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read(2000).decode(errors="replace").strip()


def _counts_must_be(manifest: Manifest) -> str:
    """Write what raises in the database unless each table has the rows that the manifest says."""
    return "".join(_checks(manifest.counts.items()))


def _checks(counts: Iterable[tuple[str, int]]) -> Iterator[str]:
    for table, number in counts:
        yield (
            sql.SQL(
                "DO $$ BEGIN IF (SELECT count(*) FROM {}) <> {} THEN"
                " RAISE 'the backup says another number of rows in %', {}; END IF; END $$;\n"
            )
            .format(sql.Identifier("public", table), sql.Literal(number), sql.Literal(table))
            .as_string(None)
        )


def _forget_connections() -> None:
    """Let go of connections that know the tables that are gone."""
    for alias in ("default", "owner"):
        if not connections[alias].in_atomic_block:
            connections[alias].close()
