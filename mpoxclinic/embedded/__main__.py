"""Run a command with PostgreSQL and Valkey beside it, and pass on its exit status.

The command gets ``DATABASE_URL`` (role mpox_app), ``DATABASE_OWNER_URL`` (role mpox_owner),
``REDIS_URL`` and ``MPOX_VAR``; whatever they were before does not count. To use servers of one's
own, set them and run the command without this launcher.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import FrameType

from . import postgres, valkey
from .account import choose_account
from .binaries import find_postgres, find_valkey
from .failures import EmbeddedError, Stopped
from .places import CHECKOUT, arrange, find_var, locked
from .processes import Server, die_with_parent, dying_with_me

NOT_FOUND, NOT_EXECUTABLE, BY_SIGNAL = 127, 126, 128
PAUSE = 0.02


class Signals:
    """What this process was told, and passing it on to the command."""

    def __init__(self) -> None:
        self.received: int | None = None
        self.command: subprocess.Popen[bytes] | None = None

    def listen(self) -> None:
        """Take the signals that ask for an end; a hangup only where nobody chose to ignore it."""
        signal.signal(signal.SIGINT, self._receive)
        signal.signal(signal.SIGTERM, self._receive)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._receive)

    def wait(self) -> None:
        """Pause briefly while the servers start; raise ``Stopped`` once a signal has come."""
        self.heed()
        time.sleep(PAUSE)

    def heed(self) -> None:
        """Raise ``Stopped`` if a signal has come."""
        if self.received is not None:
            raise Stopped(self.received)

    def pass_on_to(self, command: subprocess.Popen[bytes]) -> None:
        """Send the command what comes from now on, and what came while it was started."""
        self.command = command
        if self.received is not None:
            command.send_signal(self.received)

    def _receive(self, signum: int, _: FrameType | None) -> None:
        self.received = signum
        if self.command is None or (signum == signal.SIGINT and _in_front_of_a_terminal()):
            return  # Ctrl-C has reached the command already: it is in the same process group
        self.command.send_signal(signum)


def _in_front_of_a_terminal() -> bool:
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


@contextmanager
def running_servers(signals: Signals) -> Iterator[tuple[list[Server], dict[str, str]]]:
    """Start both servers and stop them at the end; give them and the variables that name them."""
    account = choose_account(CHECKOUT)
    programs, valkey_program = find_postgres(account), find_valkey(account)
    fsync = os.environ.get("MPOX_EMBEDDED_FSYNC") != "off"
    var = find_var()
    with ExitStack() as stack:
        stack.enter_context(locked(var, signals.wait))
        places = arrange(var, account)
        stack.callback(shutil.rmtree, places.sockets, ignore_errors=True)
        database = postgres.start_postgres(
            programs, places, account, fsync=fsync, wait=signals.wait
        )
        stack.callback(database.stop)
        memory = valkey.start_valkey(valkey_program, places, account, wait=signals.wait)
        stack.callback(memory.stop)
        yield (
            [database, memory],
            {
                "DATABASE_URL": postgres.address("mpox_app", places.sockets),
                "DATABASE_OWNER_URL": postgres.address("mpox_owner", places.sockets),
                "REDIS_URL": valkey.address(places.sockets),
                "MPOX_VAR": str(var),
            },
        )


def run_command(
    command: Sequence[str], servers: Sequence[Server], names: dict[str, str], signals: Signals
) -> int:
    """Run the command to its end, or to a server's; return the exit status to pass on."""
    signals.heed()
    try:
        process = subprocess.Popen(
            command,
            env=os.environ | names,
            preexec_fn=dying_with_me(signal.SIGTERM),  # noqa: PLW1509 - there are no threads
        )
    except OSError as error:
        print(f"embedded: {command[0]}: {error.strerror}", file=sys.stderr)
        return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
    signals.pass_on_to(process)
    lost = False
    while process.returncode is None:
        pid, status = os.wait()
        ended = [s for s in servers if s.process.pid == pid]
        for server in ended:
            server.process.returncode = os.waitstatus_to_exitcode(status)
            print(f"embedded: {server.name} stopped:\n{server.last_words()}", file=sys.stderr)
            lost = True
            process.terminate()
        if pid == process.pid:
            process.returncode = os.waitstatus_to_exitcode(status)
    if lost:
        return 1
    return process.returncode if process.returncode >= 0 else BY_SIGNAL - process.returncode


def main() -> int:
    """Start the servers, run the command, stop them; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m mpoxclinic.embedded", description=__doc__)
    parser.add_argument(
        "--with-parent",
        action="store_true",
        help="stop, too, when the process that started this one dies (Linux)",
    )
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="CMD ...")
    arguments = parser.parse_args()
    if not arguments.command:
        parser.error("a command is needed")
    signals = Signals()
    signals.listen()
    if arguments.with_parent:
        die_with_parent(signal.SIGTERM, os.getppid())
    try:
        with running_servers(signals) as (servers, names):
            return run_command(arguments.command, servers, names, signals)
    except EmbeddedError as error:
        print(f"embedded: {error}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        return BY_SIGNAL + stopped.signum


sys.exit(main())
