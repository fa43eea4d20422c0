"""One test's world: its senders, carriers and clock, and what has come of the messages."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from celery import Celery
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from mpoxclinic.embedded.processes import dying_with_me
from notifications.models import Message
from tests.faults.servers import Servers

WORKER = "worker --concurrency={} --without-gossip --without-mingle --without-heartbeat"
NOT_ENDED = ("waiting", "claimed")
LEASE_AND_MORE = timedelta(minutes=5, seconds=1)


@dataclass
class World:
    """The folder of the journals, the servers, and every process that was started."""

    folder: Path
    servers: Servers
    variables: dict[str, str] = field(default_factory=dict)
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    sessions: list[int] = field(default_factory=list)
    moved_by: timedelta = timedelta(0)

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    # Processes

    def start_mail_server(self) -> None:
        self._start("mail", [sys.executable, "-m", "tests.faults.mail_process", self.journal])
        self._wait_for_log("mail", "\n")
        self.variables["MPOX_FAULTS_EMAIL_PORT"] = self.log("mail").strip()

    def start_worker(self, name: str = "worker", *, concurrency: int = 1) -> None:
        self._start_celery(name, *WORKER.format(concurrency).split(), f"--hostname={name}@faults")

    def start_beat(self, name: str = "beat") -> None:
        self._start_celery(name, "beat", f"--schedule={self.folder / name}", "--pidfile=")

    def wait_for_workers(self) -> None:
        """Wait until those that were started take tasks."""
        for name in self.running:
            if name.startswith("worker"):
                self._wait_for_log(name, " ready.")

    def kill(self, name: str) -> None:
        """Kill a process, and all that it has started, as when the machine is switched off."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """Kill everything, and see that nothing is left of it."""
        for session in self.sessions:
            for pid in _pids_of(session):
                os.kill(pid, signal.SIGKILL)
        for process in self.running.values():
            process.wait()
        deadline = time.monotonic() + 5
        while left := [pid for session in self.sessions for pid in _pids_of(session)]:
            assert time.monotonic() < deadline, f"these outlive their test: {left}"
            time.sleep(0.02)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def sweep(self) -> None:
        """Ask for one sweep, as beat does."""
        with Celery(broker=self._broker_url, set_as_current=False) as app:
            app.send_task("notifications.tasks.deliver_due")

    # Time

    def forward(self, by: timedelta = LEASE_AND_MORE) -> None:
        """Move the senders' clock."""
        self.moved_by += by
        draft = self.journal / "clock.new"
        draft.write_text(str(self.moved_by.total_seconds()))
        draft.rename(self.journal / "clock")

    def now(self) -> datetime:
        return timezone.now() + self.moved_by

    def wait_until(self, condition: Callable[[], object], *, seconds: float = 90) -> None:
        """Wait for something that the senders do; show their logs when it does not happen."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                logs = "\n".join(f"{name}:\n{self.log(name)[-3000:]}" for name in self.running)
                pytest.fail(f"did not happen in {seconds} s\n{logs}\n{self.states()}")
            time.sleep(0.05)

    # What came of the messages

    def write(self, messages: Iterable[Message]) -> None:
        Message.objects.bulk_create(messages)

    def states(self) -> Counter[str]:
        return Counter(Message.objects.values_list("state", flat=True))

    def all_ended(self) -> bool:
        """Tell whether nothing more will happen; False, too, while the database is away."""
        try:
            return not Message.objects.filter(state__in=NOT_ENDED).exists()
        except (OperationalError, InterfaceError):
            connection.close()
            return False

    def progress(self) -> int:
        """Return a number that grows with each call and each arrival, and costs little to ask."""
        path = self.journal / "sms-calls"
        called = path.stat().st_size if path.exists() else 0
        return called + sum(len(_files(self.journal / name)) for name in ("phones", "mails"))

    def let_go(self) -> None:
        (self.journal / "let-go").touch()

    def deaths(self) -> int:
        return len(_files(self.journal / "deaths"))

    def calls(self) -> Counter[str]:
        """Count the calls of the SMS provider by reference."""
        path = self.journal / "sms-calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return Counter(line.split()[0] for line in lines)

    def arrived(self) -> Counter[str]:
        """Count what has reached each phone number and e-mail address."""
        folders = ("phones", "mails")
        return Counter(path.read_text() for name in folders for path in _files(self.journal / name))

    def _wait_for_log(self, name: str, words: str) -> None:
        def is_there() -> bool:
            if self.running[name].poll() is not None:
                pytest.fail(f"{name} stopped:\n{self.log(name)}")
            return words in self.log(name)

        self.wait_until(is_there)

    def _start_celery(self, name: str, *arguments: str) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "tests.faults.sender.app"]
        self._start(name, [*celery, *arguments, "--loglevel=INFO"])

    def _start(self, name: str, command: "list[str | Path]") -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                env=os.environ | self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dying_with_me(signal.SIGTERM),  # noqa: PLW1509 - should the tests be killed
            )
        self.running[name] = process
        self.sessions.append(process.pid)

    def _environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "tests.faults.sender.settings",
            "MPOX_DEMO": "1",
            "MPOX_VAR": str(self.folder),
            "MPOX_PUBLIC_URL": settings.PUBLIC_URL,
            "DATABASE_URL": self.servers.address("mpox_app"),
            "DATABASE_OWNER_URL": "",
            "REDIS_URL": self.servers.redis_url,
            "MPOX_SECRET_KEY": settings.SECRET_KEY,
            "MPOX_FIELD_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
            "MPOX_AUDIT_KEYS": ",".join(settings.AUDIT_KEYS),
            "MPOX_LOOKUP_KEYS": ",".join(settings.LOOKUP_HASH_KEYS),
            **self.variables,
        }

    @property
    def _broker_url(self) -> str:
        url = self.servers.redis_url
        return url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def _pids_of(session: int) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and os.getsid(process.pid) == session:
                found.append(process.pid)
        except (psutil.NoSuchProcess, ProcessLookupError):
            continue
    return found
