"""Run the product's demo in the foreground: web server, worker and beat, for ``make run``.

Expects the addresses of PostgreSQL and Valkey in the environment, as ``mpoxclinic.embedded`` sets
them. Everything stays in one process group: Ctrl-C reaches all, and nothing runs on behind.
"""

import errno
import http.client
import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from mpoxclinic.embedded.foreground import Foreground, RunError, StopAsked, show
from mpoxclinic.embedded.places import CHECKOUT

HOST = "127.0.0.1"
START_PATIENCE = 60.0
CELERY = ("-m", "celery", "-A", "mpoxclinic", "--quiet")
# Threads: one process instead of two, and a task mostly waits for the database. As root, Celery
# warns of itself; the demo is for one person's machine.
WORKER = (
    *("-W", "ignore:You're running the worker with superuser", *CELERY, "worker"),
    *("--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"),
    *("--without-gossip", "--without-mingle"),
)
BEAT = (*CELERY, "beat", "--loglevel", "WARNING", "--pidfile=", "--schedule")


def free_port() -> int:
    """Return the port to serve on; raise ``RunError`` when it is taken or not a port."""
    given = os.environ.get("MPOX_PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise RunError(f"MPOX_PORT={given} is not a port: choose one from 1 to 65535")
    port = int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            reason = "is taken" if error.errno == errno.EADDRINUSE else f"({error.strerror})"
            raise RunError(
                f"port {port} {reason}: stop what listens there, or choose another with "
                f"MPOX_PORT, for example: make run MPOX_PORT={port + 1 if port < 65535 else 8000}"
            ) from error
    return port


def answers(port: int) -> bool:
    """Tell whether the web server answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def run(foreground: Foreground) -> NoReturn:
    """Prepare the database, start the services, and watch them until something ends it."""
    port = free_port()
    var = Path(os.environ.get("MPOX_VAR") or CHECKOUT / "var")
    var.mkdir(parents=True, exist_ok=True)
    os.environ |= {"MPOX_DEMO": "1", "MPOX_PORT": str(port)}
    told: list[str] = []
    foreground.complete("migrate", "manage.py", "migrate", "--no-input")
    foreground.complete("demo", "manage.py", "load_demo", kept=told)
    foreground.start("web", *web(port))
    deadline = time.monotonic() + START_PATIENCE
    while not answers(port):
        if time.monotonic() > deadline:
            raise RunError(f"web did not answer at /healthz in {START_PATIENCE:.0f} s")
        watch(foreground, 0.1)
    foreground.start("worker", *WORKER)
    foreground.start("beat", *BEAT, var / "beat-schedule")
    for line in (*told, f"Open http://{HOST}:{port}/  (Ctrl-C stops everything)"):
        show(line)
    while True:
        watch(foreground)


def watch(foreground: Foreground, timeout: float | None = None) -> None:
    """Show the children's lines once; raise when one has ended or somebody asked for the end."""
    foreground.heed()
    foreground.expect_all_alive()
    foreground.turn(timeout)


def web(port: int) -> Sequence[str]:
    """Return the web server's arguments."""
    return ("-m", "mpoxclinic.web_server", "--host", HOST, "--port", str(port), "--workers", "1")


def main() -> int:
    """Run the demo; return 0 when asked to stop, 1 when something failed."""
    foreground = Foreground()
    foreground.listen()
    try:
        run(foreground)
    except StopAsked:
        return 0
    except RunError as error:
        print(f"run: {error}", file=sys.stderr, flush=True)
        return 1
    except BrokenPipeError:  # whoever read the lines has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    finally:
        foreground.stop()


if __name__ == "__main__":
    sys.exit(main())
