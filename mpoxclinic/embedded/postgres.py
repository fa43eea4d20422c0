"""PostgreSQL: making its data folder, starting it, and the addresses of its two roles."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from .account import Account
from .binaries import PostgresPrograms
from .failures import EmbeddedError
from .places import Places
from .processes import (
    Server,
    end_leftover,
    is_taken,
    server_environment,
    start_server,
    wait_until_ready,
)

PORT = 5432  # names the socket; nothing listens on the network
START_PATIENCE = 60.0  # recovery after a crash may take a while
# The helpers of a server that was killed see it and end, but not in the same instant.
ORPHANS_PATIENCE = 5.0
MEMORY_IN_USE = "pre-existing shared memory block"
BUILTIN_LOCALE_SINCE = 17
SYNCHRONOUS_IO_SINCE = 18
# One database, two roles: the application's changes rows, the owner's changes tables.
ROLES = (
    "CREATE ROLE mpox_owner LOGIN CREATEDB",
    "CREATE ROLE mpox_app LOGIN",
    "CREATE DATABASE mpox OWNER mpox_owner",
)
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "1",
    "logging_collector": "off",
    # The log must hold no person's data, and a failed statement's error and text do: the
    # application gets them, the log tells only of the server itself.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
}
WITHOUT_FSYNC = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ENDINGS = ((signal.SIGINT, 2.0), (signal.SIGQUIT, 0.5))  # fast, then immediate, shutdown


def start_postgres(
    programs: PostgresPrograms,
    places: Places,
    account: Account,
    *,
    fsync: bool,
    wait: Callable[[], None],
) -> Server:
    """Start PostgreSQL on the data of ``places``, made first if there is none yet."""
    data = places.home / "postgres"
    if not data.exists():
        _create(data, programs, account, fsync=fsync)
    _refuse_foreign(data, programs, account)
    _clear_the_way(data, places.sockets, account)
    settings = SETTINGS | ({} if fsync else WITHOUT_FSYNC)
    settings["unix_socket_directories"] = str(places.sockets)
    if programs.version >= SYNCHRONOUS_IO_SINCE:
        settings["io_method"] = "sync"  # saves the memory of three processes
    command: list[str | Path] = [programs.folder / "postgres", "-D", data]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    deadline = time.monotonic() + ORPHANS_PATIENCE
    while True:
        try:
            return _started(command, data, places, account, wait)
        except EmbeddedError as error:
            if MEMORY_IN_USE not in str(error) or time.monotonic() > deadline:
                raise
        wait()


def address(role: str, sockets: Path) -> str:
    """Return the URL of the database for a role, over the socket in this folder."""
    return f"postgresql://{role}@{quote(str(sockets), safe='')}:{PORT}/mpox"


def _create(data: Path, programs: PostgresPrograms, account: Account, *, fsync: bool) -> None:
    """Make the data folder with its roles; it gets its name last, so a torn one is never used."""
    draft = data.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    account.own(draft)
    locale = ["--locale=C.UTF-8"]
    if programs.version >= BUILTIN_LOCALE_SINCE:
        # Part of PostgreSQL itself, so sorting and case are the same on every machine.
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb: list[str | Path] = [programs.folder / "initdb", "-D", draft, "-U", "postgres"]
    initdb += ["--auth=trust", "--encoding=UTF8", *locale, *([] if fsync else ["--no-sync"])]
    _run(initdb, account)
    # Single-user mode: no client program is needed. It takes one statement a line.
    single: list[str | Path] = [programs.folder / "postgres", "--single", "-D", draft, "postgres"]
    _run(single, account, text="".join(f"{statement}\n" for statement in ROLES))
    draft.rename(data)


def _run(command: list[str | Path], account: Account, text: str = "") -> None:
    run = subprocess.run(
        command,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd="/",
        env=server_environment(),
        start_new_session=True,
        **account.popen_arguments(),
    )
    # In single-user mode a failed statement does not show in the exit status.
    if run.returncode != 0 or "ERROR:" in run.stdout:
        lines = "\n".join(run.stdout.strip().splitlines()[-8:])
        raise EmbeddedError(f"{command[0]} failed (exit status {run.returncode}):\n{lines}")


def _refuse_foreign(data: Path, programs: PostgresPrograms, account: Account) -> None:
    owner = data.stat().st_uid
    if owner != account.uid:
        raise EmbeddedError(
            f"{data} belongs to user {owner}, and the servers would run as user {account.uid}: "
            "start as the one who made it, or set MPOX_VAR to another folder."
        )
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(programs.version):
        raise EmbeddedError(
            f"{data} was made by PostgreSQL {made_by}, and {programs.folder} is "
            f"{programs.version}: set MPOX_PG_BIN to a {made_by}, or remove that folder."
        )


def _started(
    command: list[str | Path],
    data: Path,
    places: Places,
    account: Account,
    wait: Callable[[], None],
) -> Server:
    server = start_server(
        "PostgreSQL", command, account=account, log=places.log("postgres"), endings=ENDINGS
    )
    try:
        wait_until_ready(
            server, lambda: _is_ready(data, server), patience=START_PATIENCE, wait=wait
        )
    except BaseException:
        server.stop()
        raise
    return server


def _clear_the_way(data: Path, sockets: Path, account: Account) -> None:
    """End the server of a launcher that was killed, and see through a number that is not its own.

    The number may have gone to another program, or to nobody yet: a dead process keeps it until
    its parent has taken note. PostgreSQL would take either for a living server and refuse. The
    number of its own parent it passes over, and then looks, by the rest of the file, whether
    a process of the old server still holds the shared memory.
    """
    pid_file = data / "postmaster.pid"
    end_leftover(pid_file, str(data), signal.SIGINT, patience=10.0)
    try:
        first, *rest = pid_file.read_text().splitlines(keepends=True)
    except (FileNotFoundError, ValueError):
        return
    if first.strip().isdigit() and is_taken(int(first)):
        pid_file.unlink()
        pid_file.write_text("".join([f"{os.getpid()}\n", *rest]))
        account.own(pid_file)
        (sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _is_ready(data: Path, server: Server) -> bool:
    # As pg_ctl does: the first line is the process, the eighth its state.
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(server.process.pid) and lines[7].strip() == "ready"
