"""How a sender dies: by SIGKILL, once for each message, alone or with its whole worker."""

import os
import signal
from pathlib import Path

from django.conf import settings


def die_once(reference: str, *, pid: int | None = None) -> None:
    """Kill this process, or another; a message that has killed before does nothing."""
    if first_time(settings.JOURNAL_DIR / "deaths", reference):
        kill(pid or os.getpid(), settings.JOURNAL_DIR)


def first_time(folder: Path, name: str) -> bool:
    """Tell whether this is the first who asks, of all processes."""
    folder.mkdir(exist_ok=True)
    try:
        (folder / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def kill(pid: int, journal: Path) -> None:
    """Kill a process of a pool, or, where the test says so, the worker with its pool."""
    if (journal / "kill-whole-workers").exists():
        os.killpg(os.getpgid(pid), signal.SIGKILL)
    else:
        os.kill(pid, signal.SIGKILL)
