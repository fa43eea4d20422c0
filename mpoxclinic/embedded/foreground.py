"""Children in the foreground: their lines under their names, and an end for all of them."""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from .places import CHECKOUT
from .processes import adopt_orphans, die_with_parent, end_orphans

STOP_PATIENCE = 2.5  # the servers below need their part of the five seconds
# A SIGTERM to the whole group reaches the children as well; told twice, some stumble at the end.
OWN_ACCORD = 0.5
COLOURS = {"web": "36", "worker": "32", "beat": "35", "migrate": "33", "demo": "33"}
ASKED_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAsked(Exception):  # noqa: N818 - a person's wish, not an error
    """Somebody asked for the end: Ctrl-C, a signal, or a closed terminal."""


class RunError(Exception):
    """The demo cannot run on. The text is one line for a person."""


@dataclass
class Child:
    """A process and what it has written of its last line; ``kept`` lines are not shown."""

    name: str
    process: subprocess.Popen[bytes]
    unfinished: bytes = b""
    open: bool = True
    kept: list[str] | None = None


@dataclass
class Foreground:
    """The children of this process, their output, and the signals to it, all in one thread."""

    children: list[Child] = field(default_factory=list)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    asked: int | None = None
    pid: int = field(default_factory=os.getpid)

    def listen(self) -> None:
        """Take the signals that ask for an end, and wake up for them and for a child's end."""
        reader, writer = socket.socketpair()
        os.set_blocking(writer.fileno(), False)
        self.selector.register(reader, selectors.EVENT_READ)
        signal.set_wakeup_fd(writer.detach(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        adopt_orphans()
        for signum in ASKED_TO_STOP:
            if signum != signal.SIGHUP or signal.getsignal(signum) is not signal.SIG_IGN:
                signal.signal(signum, self._ask)

    def _ask(self, signum: int, _frame: FrameType | None) -> None:
        self.asked = signum

    def start(self, name: str, *arguments: str | Path, kept: list[str] | None = None) -> Child:
        """Start a Python program whose lines are shown under a name."""
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=self._prepare_child,  # noqa: PLW1509 - there are no threads
        )
        child = Child(name, process, kept=kept)
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self.selector.register(process.stdout, selectors.EVENT_READ, child)
        self.children.append(child)
        return child

    def _prepare_child(self) -> None:
        # Ctrl-C and a hangup are this process's to handle: children hear only SIGTERM. The web
        # server's worker, told twice, would not end; a child still starting would show a traceback.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
        die_with_parent(signal.SIGTERM, self.pid)

    def turn(self, timeout: float | None = None) -> None:
        """Wait for output, a signal or a child's end, and show what there is to show."""
        for key, _ in self.selector.select(timeout):
            if key.data is None:
                os.read(key.fd, 4096)  # one byte a signal
                continue
            self._read(key.data)

    def _read(self, child: Child) -> None:
        assert child.process.stdout is not None
        try:
            data = os.read(child.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return
        if not data:
            self.selector.unregister(child.process.stdout)
            child.open = False
        *lines, child.unfinished = (child.unfinished + data).split(b"\n")
        if child.unfinished and not data:
            lines.append(child.unfinished)
        for line in lines:
            text = line.decode(errors="replace").rstrip("\r")
            if child.kept is None:
                show(text, child.name)
            else:
                child.kept.append(text)

    def complete(self, name: str, *arguments: str | Path, kept: list[str] | None = None) -> None:
        """Run a Python program to its end; raise ``RunError`` when it fails."""
        child = self.start(name, *arguments, kept=kept)
        while child.open or child.process.poll() is None:
            self.heed()
            self.turn()
        if child.process.returncode != 0:
            for line in kept or ():
                show(line, name)
            raise RunError(f"{name} failed (exit status {child.process.returncode})")
        self.children.remove(child)

    def heed(self) -> None:
        """Raise ``StopAsked`` once a signal has come."""
        if self.asked is not None:
            raise StopAsked

    def expect_all_alive(self) -> None:
        """Raise ``RunError`` with the name of a child that has ended."""
        for child in self.children:
            status = child.process.poll()
            if status is not None:
                how = f"exit status {status}" if status >= 0 else signal.Signals(-status).name
                raise RunError(f"{child.name} ended ({how}): the rest is stopped")

    def stop(self) -> None:
        """End all children, by force after a while, and whatever they left behind."""
        if self.asked == signal.SIGTERM:
            self._await_all(OWN_ACCORD)
        for child in self._alive():
            child.process.terminate()
        self._await_all(STOP_PATIENCE)
        for child in self._alive():
            show(f"{child.name} did not stop in {STOP_PATIENCE:g} s and is killed")
            child.process.kill()
        for child in self.children:
            child.process.wait()
        end_orphans()
        self.turn(0)

    def _alive(self) -> list[Child]:
        return [child for child in self.children if child.process.poll() is None]

    def _await_all(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while self._alive() and (left := deadline - time.monotonic()) > 0:
            self.turn(left)


def show(text: str, name: str = "run") -> None:
    """Print a line under a name, in the name's colour on a terminal."""
    label = f"{name:<7} |"
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        label = f"\033[{COLOURS.get(name, '1')}m{label}\033[0m"
    print(label, text, flush=True)
