"""Starting, watching and ending processes, so that none outlives its launcher."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .account import Account
from .failures import EmbeddedError

LOG_LINES_SHOWN = 8
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(signum: int, parent: int) -> None:
    """Ask the kernel for a signal to this process when its parent dies, even by ``kill -9``.

    Linux only; elsewhere the next start ends what is left. ``parent`` is the parent's pid as it
    was before: when it is gone already, the signal comes at once.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signum)


def dying_with_me(signum: int) -> Callable[[], None]:
    """Return a ``preexec_fn`` that ties a child's life to this process."""
    me = os.getpid()
    return lambda: die_with_parent(signum, me)


@dataclass(frozen=True)
class Server:
    """A running server: signals that end it, the politest first, each with its seconds."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    endings: Sequence[tuple[signal.Signals, float]]

    def stop(self) -> None:
        """End the server, harder with each signal that it does not heed."""
        for signum, patience in self.endings:
            if self.process.poll() is None:
                self.process.send_signal(signum)
                try:
                    self.process.wait(patience)
                except subprocess.TimeoutExpired:
                    continue
        self.process.kill()
        self.process.wait()

    def last_words(self) -> str:
        """Return the last lines of the server's log."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES_SHOWN:])


def start_server(
    name: str,
    command: Sequence[str | Path],
    *,
    account: Account,
    log: Path,
    endings: Sequence[tuple[signal.Signals, float]],
) -> Server:
    """Start a server in a session of its own, so that Ctrl-C reaches the command and not it."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=server_environment(),
            start_new_session=True,
            preexec_fn=dying_with_me(endings[0][0]),  # noqa: PLW1509 - there are no threads
            **account.popen_arguments(),
        )
    return Server(name, process, log, endings)


def wait_until_ready(
    server: Server, is_ready: Callable[[], bool], *, patience: float, wait: Callable[[], None]
) -> None:
    """Wait until the server answers; raise ``EmbeddedError`` with its last words if it does not."""
    deadline = time.monotonic() + patience
    while not is_ready():
        if server.process.poll() is not None:
            raise EmbeddedError(f"{server.name} did not start:\n{server.last_words()}")
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"{server.name} did not answer in {patience:.0f} s:\n{server.last_words()}"
            )
        wait()


def server_environment() -> dict[str, str]:
    """Return a server's environment: no secrets of the caller's, no settings that mislead it."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"LC_ALL": "C"}


def end_leftover(pid_file: Path, mark: str, signum: signal.Signals, patience: float) -> None:
    """End the server of a launcher that was killed, named in its own pid file.

    ``mark`` is a path in its command line: a number that went to another program since is left
    alone. Returns once the server is gone.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    deadline = time.monotonic() + patience
    for ending in (signum, signal.SIGKILL):
        if mark not in command_line(pid):
            return
        with suppress(ProcessLookupError):
            os.kill(pid, ending)
        while mark in command_line(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        deadline = time.monotonic() + patience


def is_taken(pid: int) -> bool:
    """Tell whether a number belongs to a process, be it a dead one that nobody has reaped."""
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def command_line(pid: int) -> str:
    """Return a process's command line, or nothing when there is no such process."""
    if sys.platform != "linux":
        listing = ["ps", "-o", "command=", "-p", str(pid)]
        return subprocess.run(listing, capture_output=True, text=True, check=False).stdout
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose own parent dies, so that they can be ended."""
    if _libc is not None:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_orphans() -> None:
    """Kill and reap every child that is left (Linux only; elsewhere nothing was adopted)."""
    if _libc is None:
        return
    for pid in _children():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _children() -> list[int]:
    me = os.getpid()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # The name may hold anything, even a bracket; the parent is the second field after it.
            fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[1]) == me:
                found.append(int(folder.name))
    return found
