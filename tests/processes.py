"""A real Celery worker and beat, as the program runs them, on the test's database and Valkey."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.db import connections

STOPS_WITHIN_SECONDS = 15


@dataclass(frozen=True)
class CeleryProcesses:
    """The running worker and beat, and the folder where the worker's gateways write."""

    processes: dict[str, "subprocess.Popen[bytes]"]
    folder: Path

    @property
    def outbox_dir(self) -> Path:
        return self.folder / "outbox"

    def log(self, name: str) -> str:
        """Return what the worker or beat has printed."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def wait_until(self, condition: Callable[[], Any], *, seconds: float = 60) -> None:
        """Wait for something that the worker does; show its log when it does not happen."""
        end = time.monotonic() + seconds
        while not condition():
            for name, process in self.processes.items():
                if process.poll() is not None:
                    pytest.fail(f"{name} stopped:\n{self.log(name)[-4000:]}")
            if time.monotonic() > end:
                logs = "\n".join(f"{name}:\n{self.log(name)[-4000:]}" for name in self.processes)
                pytest.fail(f"did not happen in {seconds} s\n{logs}")
            time.sleep(0.2)


@pytest.fixture
def celery_worker_and_beat(
    request: pytest.FixtureRequest,
    transactional_db: None,
    valkey: object,
    settings: Any,
    tmp_path: Path,
) -> Iterator[CeleryProcesses]:
    """Run a worker and beat until the test ends.

    Messages are written under ``.outbox_dir``, which this process's settings name too. Their links
    point to ``live_server`` when the test uses it.
    """
    settings.OUTBOX_DIR = tmp_path / "outbox"
    settings.EMAIL_FILE_PATH = settings.OUTBOX_DIR / "email"
    if "live_server" in request.fixturenames:
        settings.PUBLIC_URL = request.getfixturevalue("live_server").url
    worker = "worker --concurrency=1 --without-gossip --without-mingle --without-heartbeat"
    beat = f"beat --schedule={tmp_path / 'beat-schedule'} --pidfile="
    with (
        _running("worker", worker.split(), tmp_path) as first,
        _running("beat", beat.split(), tmp_path) as second,
    ):
        yield CeleryProcesses({"worker": first, "beat": second}, tmp_path)


@contextmanager
def _running(name: str, arguments: list[str], folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    celery = [sys.executable, "-m", "celery", "-A", "mpoxclinic.celery"]
    command = [*celery, *arguments, "--loglevel=INFO"]
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=configured.BASE_DIR,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def environment(folder: Path) -> dict[str, str]:
    """The settings of this process, for another one that must read what this one encrypts."""
    url = urlsplit(configured.DATABASE_URL)
    database = connections["default"].settings_dict["NAME"]
    return os.environ | {
        "MPOX_DEMO": "1",
        "MPOX_VAR": str(folder),
        "MPOX_PUBLIC_URL": configured.PUBLIC_URL,
        "DATABASE_URL": url._replace(path=f"/{database}").geturl(),
        "DATABASE_OWNER_URL": "",
        "REDIS_URL": configured.REDIS_URL,
        "MPOX_SECRET_KEY": configured.SECRET_KEY,
        "MPOX_FIELD_KEYS": ",".join(configured.FIELD_ENCRYPTION_KEYS),
        "MPOX_AUDIT_KEYS": ",".join(configured.AUDIT_KEYS),
        "MPOX_LOOKUP_KEYS": ",".join(configured.LOOKUP_HASH_KEYS),
    }
