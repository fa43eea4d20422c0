"""A worker of ``benchmarks.messages``: sweeps until nothing is due, and says how it went."""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic, process_time
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection

from benchmarks import databases
from notifications.services.delivery import sweep

THOUSAND = 1000
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") / 1024


@dataclass
class Worked:
    """What a worker did: its memory in MiB and its statements, at every thousand messages."""

    sent: int = 0
    processor_seconds: float = 0
    memory: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    queries: int = 0

    def note(self) -> None:
        """Note where it stands."""
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.memory.append(pages * PAGE_KIB / 1024)
        self.statements.append(self.queries)

    def count(self, execute: Any, *args: Any) -> Any:
        """Count a statement."""
        self.queries += 1
        return execute(*args)


class FastGateway:
    """Takes an SMS at once, sends doubles too, and writes down its reference."""

    worked: ClassVar[Worked]
    handed_over: ClassVar[int]

    def send(self, *, to: str, text: str, reference: str) -> str:
        """Take it."""
        assert to.startswith("+"), "a number"
        assert "/l/" in text, "words with a link"
        os.write(self.handed_over, f"{reference}\n".encode())
        self.worked.sent += 1
        if self.worked.sent % THOUSAND == 0:
            self.worked.note()
        return f"taken-{reference}"


def work(database: str, started_at: datetime, folder: str, pipe: Connection) -> None:
    """Say that it is ready, wait for the sign, sweep until nothing is due, and report."""
    databases.use(database)
    worked = FastGateway.worked = Worked()
    path = Path(folder) / f"{os.getpid()}.txt"
    FastGateway.handed_over = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    settings.SMS_GATEWAY = "benchmarks.message_worker.FastGateway"
    connection.ensure_connection()
    pipe.send("ready")
    pipe.recv()
    begun, processor = monotonic(), process_time()

    def now() -> datetime:
        return started_at + timedelta(seconds=monotonic() - begun)

    with connection.execute_wrapper(worked.count):
        while sweep(now=now):
            pass
    worked.note()
    worked.processor_seconds = process_time() - processor
    pipe.send(worked)
