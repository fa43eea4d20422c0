"""A PostgreSQL and a Valkey of these tests' own, to be killed and started again."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections
from psycopg.conninfo import make_conninfo

from mpoxclinic.database_roles import grant_application_role
from mpoxclinic.embedded import postgres, valkey
from mpoxclinic.embedded.account import choose_account
from mpoxclinic.embedded.binaries import find_postgres, find_valkey
from mpoxclinic.embedded.places import CHECKOUT, arrange
from mpoxclinic.embedded.processes import Server
from tests.conftest import owner_parameters


class Servers:
    """Both servers, running unless a test has killed one."""

    def __init__(self, folder: Path) -> None:
        self.account = choose_account(CHECKOUT)
        self.places = arrange(folder, self.account)
        self.programs = find_postgres(self.account)
        self.start_valkey()
        self.start_postgres()

    def start_valkey(self) -> None:
        self.valkey: Server = valkey.start_valkey(
            find_valkey(self.account), self.places, self.account, wait=_pause
        )

    def start_postgres(self) -> None:
        self.postgres: Server = postgres.start_postgres(
            self.programs, self.places, self.account, fsync=False, wait=_pause
        )

    def kill_valkey(self) -> None:
        self.valkey.process.kill()
        self.valkey.process.wait()

    def stop_postgres(self) -> None:
        """Cut everybody off at once, as when the machine restarts."""
        self.postgres.process.send_signal(signal.SIGQUIT)
        self.postgres.process.wait()

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()

    def address(self, role: str) -> str:
        return postgres.address(role, self.places.sockets)

    @property
    def redis_url(self) -> str:
        return valkey.address(self.places.sockets)

    def copy_tables(self) -> None:
        """Make the tables of the test database here, as their owner; the migrations have run."""
        source = make_conninfo(**owner_parameters())
        dump = subprocess.run(
            [self.programs.folder / "pg_dump", "--no-owner", "--no-acl", source],
            check=True,
            capture_output=True,
        )
        subprocess.run(
            [self.programs.folder / "psql", "-Xqv", "ON_ERROR_STOP=1", self.address("mpox_owner")],
            input=dump.stdout,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with self.in_use():
            grant_application_role(connections["owner"])
            with connections["owner"].cursor() as cursor:
                # The tests' servers tell of a commit before it is written. One that is cut off
                # would forget what was promised: the start of an attempt, above all.
                cursor.execute("ALTER DATABASE mpox SET synchronous_commit = on")

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Let Django's connections lead here."""
        before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
        for alias, role in (("default", "mpox_app"), ("owner", "mpox_owner")):
            _lead(
                alias, NAME="mpox", USER=role, PASSWORD="", HOST=str(self.places.sockets), PORT=5432
            )
        try:
            yield
        finally:
            for alias, there in before.items():
                _lead(alias, **there)


def _lead(alias: str, **where: Any) -> None:
    connections[alias].close()
    connections[alias].settings_dict.update(where)


def _pause() -> None:
    time.sleep(0.02)


@contextmanager
def private_servers() -> Iterator[Servers]:
    """Start both, with empty tables, and leave nothing of them."""
    # Not below pytest's own folders: root's servers run as somebody who may not enter those.
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        servers = Servers(folder)
        try:
            servers.copy_tables()
            yield servers
        finally:
            servers.stop()
    finally:
        shutil.rmtree(folder)
